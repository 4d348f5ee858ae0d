import { createHash } from 'node:crypto';

import { Aws, Lazy, Validations } from 'aws-cdk-lib';
import { EbsDeviceVolumeType } from 'aws-cdk-lib/aws-ec2';
import {
  type CfnDomain,
  Domain,
  EngineVersion,
  TLSSecurityPolicy,
  type DomainProps,
} from 'aws-cdk-lib/aws-opensearchservice';
import { Construct } from 'constructs';

import { removalPolicy, type Config } from '../config.ts';
import type { StageFunction } from '../constructs/stage-function.ts';
import type { AlarmTopic } from '../observability/alarm-topic.ts';
import type { Panel } from '../observability/panel.ts';
import { DashboardsLogin } from './dashboards-login.ts';
import { DomainAccess } from './domain-access.ts';
import { addDomainAlarms, domainPanels } from './domain-alarms.ts';
import { searchSettings } from './search-flags.ts';
import type { RoleHolders, SearchServer } from './search-server.ts';

/** https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_CreateDomain.html */
const MAX_NAME = 28;
/** In UTC; an update of one node takes it away for a while. */
const QUIET_HOUR = { hours: 3, minutes: 0 };

export interface SearchDomainProps {
  readonly config: Config;
  readonly alarms: AlarmTopic;
}

/**
 * The OpenSearch domain: one small node, encrypted, reached by HTTPS, open to nobody who is not named. Its name is fixed,
 * because its policy is part of it and names it: a policy that came later would leave it without one until then.
 */
export class SearchDomain extends Construct implements SearchServer {
  readonly endpoint: string;
  readonly dashboardsUrl: string;
  readonly panels: readonly Panel[];
  readonly access?: RoleHolders;
  private readonly rights: DomainAccess;
  private setupRoleArn: string | undefined;

  constructor(scope: Construct, id: string, { config, alarms }: SearchDomainProps) {
    super(scope, id);
    const domainName = searchDomainName(config.preset.name);
    const { alias } = searchSettings(config);
    this.rights = new DomainAccess({ domainArn: arnOf(domainName), alias, addresses: config.searchAllowedAddresses });
    const login = config.searchLogin === 'cognito' ? new DashboardsLogin(this, 'Login', { config }) : undefined;
    const domain = new Domain(this, 'Domain', { ...domainProps(config), domainName, ...this.loginProps(login) });
    // It looks at the pools, and at the page where people sign in, while it is made.
    if (login !== undefined) domain.node.addDependency(login);
    // The L2's own way is a function that sets the policy when the domain has long been there.
    (domain.node.defaultChild as CfnDomain).accessPolicies = this.rights.document;
    this.endpoint = `https://${domain.domainEndpoint}`;
    this.dashboardsUrl = `${this.endpoint}/_dashboards`;
    if (login !== undefined) this.access = this.rights.holders;
    this.panels = domainPanels(domainName);
    addDomainAlarms(this, { config, alarms, domainName });
    acknowledge(this, config);
  }

  grantWrite(fn: StageFunction): void {
    this.rights.allow('writer', fn.roleArn);
  }

  grantTrim(fn: StageFunction): void {
    this.rights.allow('trimmer', fn.roleArn);
  }

  /** Lets one function set the domain up; where people sign in, its role is the master. */
  grantSetup(fn: StageFunction): void {
    this.setupRoleArn = fn.roleArn;
    this.rights.allowSetup(fn.roleArn);
  }

  /** Roles inside the domain, handed out by the function that sets it up, and people who sign in. */
  private loginProps(login: DashboardsLogin | undefined): Partial<DomainProps> {
    if (login === undefined) return {};
    this.rights.allow('reader', login.peopleRoleArn);
    const masterUserArn = Lazy.string({ produce: () => this.setupRoleArn });
    return { cognitoDashboardsAuth: login.options, fineGrainedAccessControl: { masterUserArn } };
  }
}

/** The name of the domain of a preset: `groundswell-<preset>`, with a hash in the place of what is too long. */
export function searchDomainName(preset: string): string {
  const name = `groundswell-${preset}`;
  if (name.length <= MAX_NAME) return name;
  const hash = createHash('sha256').update(preset).digest('hex').slice(0, 6);
  return `${name.slice(0, MAX_NAME - hash.length - 1).replace(/-+$/, '')}-${hash}`;
}

function arnOf(domainName: string): string {
  return `arn:${Aws.PARTITION}:es:${Aws.REGION}:${Aws.ACCOUNT_ID}:domain/${domainName}`;
}

function domainProps(config: Config): DomainProps {
  return {
    version: EngineVersion.OPENSEARCH_3_7,
    // A newer version is an upgrade in place; without it, CloudFormation would make another domain of the same name.
    enableVersionUpgrade: true,
    capacity: { dataNodes: 1, dataNodeInstanceType: config.searchInstance, multiAzWithStandbyEnabled: false },
    ebs: { volumeSize: config.searchVolumeGib, volumeType: EbsDeviceVolumeType.GP3 },
    enforceHttps: true,
    tlsSecurityPolicy: TLSSecurityPolicy.TLS_1_2_PFS,
    nodeToNodeEncryption: true,
    encryptionAtRest: { enabled: true },
    enableAutoSoftwareUpdate: true,
    offPeakWindowEnabled: true,
    offPeakWindowStart: QUIET_HOUR,
    removalPolicy: removalPolicy(config),
  };
}

function acknowledge(domain: SearchDomain, { searchAllowedAddresses, searchLogin }: Config): void {
  const reasons = {
    OS1: 'In a VPC every function would need one too, with a NAT gateway that costs more than the domain; its policy names who may reach it',
    OS3: 'Functions have no address of their own: their roles are named instead, one by one',
    OS4: 'One node of the smallest size has no need of others to lead it; what it holds can be indexed again',
    OS7: 'One node is in one zone; while it is away the feeds wait, and what it holds can be indexed again',
    'OS9[LogExport::SEARCH_SLOW_LOGS]': 'A log of slow searches would quote what people search for',
    'OS9[LogExport::INDEX_SLOW_LOGS]': 'A log of slow writes would quote posts, and the feeds measure how they do',
    ...(searchAllowedAddresses.length > 0 && {
      OS5: 'Browsers sign nothing: whoever comes from the addresses of the settings gets in, and nobody else',
    }),
    ...(searchLogin === 'cognito' && {
      COG8: 'Threat protection is priced by the person and month; who signs in was invited and has a second factor',
    }),
  };
  for (const [id, reason] of Object.entries(reasons))
    Validations.of(domain).acknowledge({ id: `AwsSolutions-${id}`, reason });
}
