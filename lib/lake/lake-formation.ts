import { Aws } from 'aws-cdk-lib';
import { CfnPrincipalPermissions } from 'aws-cdk-lib/aws-lakeformation';
import type { Construct } from 'constructs';

import type { ServiceRole } from '../constructs/service-role.ts';
import type { Catalog } from './catalog.ts';

interface LakeFormationGrant {
  readonly role: ServiceRole;
  readonly catalog: Catalog;
  /** @default - the database itself */
  readonly table?: string;
  readonly permissions: readonly ('CREATE_TABLE' | 'DESCRIBE')[];
}

/**
 * Grants in Lake Formation what IAM alone does not give in an account that it manages. Whoever deploys has to be an
 * administrator of its data lake: https://docs.aws.amazon.com/lake-formation/latest/dg/initial-lf-config.html
 */
export function allowInLakeFormation(
  scope: Construct,
  id: string,
  { role, catalog, table, permissions }: LakeFormationGrant,
): CfnPrincipalPermissions {
  const names = { catalogId: Aws.ACCOUNT_ID };
  const grant = new CfnPrincipalPermissions(scope, id, {
    principal: { dataLakePrincipalIdentifier: role.roleArn },
    resource:
      table === undefined
        ? { database: { ...names, name: catalog.databaseName } }
        : { table: { ...names, databaseName: catalog.databaseName, name: table } },
    permissions: [...permissions],
    permissionsWithGrantOption: [],
  });
  grant.node.addDependency(catalog);
  return grant;
}
