import { AnyPrincipal, ArnPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';

import type { AccessRole } from '../../core/search/access-roles.ts';
import type { RoleHolders } from './search-server.ts';

/** What somebody may do with a domain: HTTP methods on paths. */
interface HttpRight {
  readonly methods: readonly ('Delete' | 'Get' | 'Head' | 'Post' | 'Put')[];
  /** As policies write them, below the domain. */
  readonly paths: readonly string[];
}

export interface DomainAccessProps {
  readonly domainArn: string;
  /** What people read; indices are `<alias>-YYYY.MM` or `<alias>-YYYY.MM.DD`. */
  readonly alias: string;
  /** Ranges of addresses from which anybody gets in, unsigned. */
  readonly addresses: readonly string[];
}

/** Dashboards uses all of them, through the browser. */
const PEOPLE: HttpRight = { methods: ['Delete', 'Get', 'Head', 'Post', 'Put'], paths: ['*'] };

/**
 * Who gets into the domain: roles, each by its ARN and with the methods and paths it needs, and the addresses of the
 * settings. Nobody else, and never everybody.
 */
export class DomainAccess {
  readonly document = new PolicyDocument();
  /** Grows with what is allowed. */
  readonly holders: RoleHolders;
  private readonly held: Record<AccessRole, string[]> = { writer: [], trimmer: [], reader: [] };
  private readonly props: DomainAccessProps;

  constructor(props: DomainAccessProps) {
    this.props = props;
    this.holders = this.held;
    if (props.addresses.length > 0) this.allowAddresses(props.addresses);
  }

  allow(role: AccessRole, roleArn: string): void {
    this.held[role].push(roleArn);
    this.add(roleArn, rightsOf(role, this.props.alias));
  }

  /** The template, the policies, the roles and the saved objects are all over the domain; none is ever deleted. */
  allowSetup(roleArn: string): void {
    this.add(roleArn, [{ methods: ['Get', 'Post', 'Put'], paths: ['*'] }]);
  }

  private allowAddresses(addresses: readonly string[]): void {
    this.document.addStatements(
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        ...this.grant(PEOPLE),
        conditions: { IpAddress: { 'aws:SourceIp': [...addresses] } },
      }),
    );
  }

  private add(roleArn: string, rights: readonly HttpRight[]): void {
    const principals = [new ArnPrincipal(roleArn)];
    for (const right of rights) this.document.addStatements(new PolicyStatement({ principals, ...this.grant(right) }));
  }

  private grant({ methods, paths }: HttpRight): { actions: string[]; resources: string[] } {
    return {
      actions: methods.map((method) => `es:ESHttp${method}`),
      resources: paths.map((path) => `${this.props.domainArn}/${path}`),
    };
  }
}

function rightsOf(role: AccessRole, alias: string): readonly HttpRight[] {
  const rights = {
    writer: [
      { methods: ['Post'], paths: ['_bulk'] },
      { methods: ['Head'], paths: [`_index_template/${alias}`] },
    ],
    trimmer: [
      { methods: ['Get'], paths: [`_cat/indices/${alias}-*`] },
      { methods: ['Delete'], paths: [`${alias}-*`] },
    ],
    reader: [PEOPLE],
  } as const satisfies Record<AccessRole, readonly HttpRight[]>;
  return rights[role];
}
