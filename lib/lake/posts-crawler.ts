import { ArnFormat, Stack, Validations } from 'aws-cdk-lib';
import { CfnCrawler } from 'aws-cdk-lib/aws-glue';
import { Construct } from 'constructs';

import type { Config } from '../config.ts';
import { ServiceRole } from '../constructs/service-role.ts';
import type { Catalog } from './catalog.ts';
import type { LakeBucket } from './lake-bucket.ts';
import { allowInLakeFormation } from './lake-formation.ts';

const TABLE_PREFIX = 'crawled_';
/** What a crawler does to tables and partitions, but for deleting. */
const CATALOG_ACTIONS = [
  'glue:BatchCreatePartition',
  'glue:BatchGetPartition',
  'glue:CreatePartition',
  'glue:CreateTable',
  'glue:GetDatabase',
  'glue:GetPartition',
  'glue:GetPartitions',
  'glue:GetTable',
  'glue:GetTables',
  'glue:UpdatePartition',
  'glue:UpdateTable',
];

export interface PostsCrawlerProps {
  readonly config: Config;
  readonly bucket: LakeBucket;
  readonly catalog: Catalog;
}

/**
 * Looks through new days of `posts/` and lists them as partitions of a table of its own, `crawled_posts`, for engines
 * that compute no partitions, as Spark, Hive and Redshift; `posts` itself is left alone. The columns of that table are
 * those of the files that the first run finds.
 */
export class PostsCrawler extends Construct {
  readonly crawler: CfnCrawler;

  constructor(scope: Construct, id: string, { config, bucket, catalog }: PostsCrawlerProps) {
    super(scope, id);
    const role = this.addRole(bucket, catalog);
    this.crawler = new CfnCrawler(this, 'Crawler', {
      description: `Groundswell ${config.preset.name}: days of posts/`,
      role: role.roleArn,
      databaseName: catalog.databaseName,
      tablePrefix: TABLE_PREFIX,
      targets: { s3Targets: [{ path: bucket.urlOf('posts') }] },
      // The only behaviour that goes with new folders. So columns stay as they were found at first: docs/lake.md.
      recrawlPolicy: { recrawlBehavior: 'CRAWL_NEW_FOLDERS_ONLY' },
      schemaChangePolicy: { deleteBehavior: 'LOG', updateBehavior: 'LOG' },
    });
    this.crawler.node.addDependency(role.rights, catalog);
    if (config.lakeFormation)
      this.crawler.node.addDependency(
        allowInLakeFormation(this, 'Database', { role, catalog, permissions: ['CREATE_TABLE', 'DESCRIBE'] }),
      );
    Validations.of(this.crawler).acknowledge({
      id: 'AwsSolutions-GL1',
      reason: 'Its logs hold names of folders, no posts, and CloudWatch encrypts every log group with a key of its own',
    });
  }

  private addRole(bucket: LakeBucket, catalog: Catalog): ServiceRole {
    const role = new ServiceRole(this, 'Role', { service: 'glue.amazonaws.com' });
    role.allow({
      actions: ['s3:GetObject'],
      resources: [bucket.arnOf('posts')],
      wildcardReason: 'Keys of posts hold their day, and new days come',
    });
    role.allow({ actions: ['s3:ListBucket', 's3:GetBucketLocation'], resources: [bucket.bucketArn] });
    const table = catalog.arnOf('table', `${TABLE_PREFIX}posts`);
    role.allow({ actions: CATALOG_ACTIONS, resources: [...catalog.arns, table] });
    role.allow({
      actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logsOfCrawlers(this)],
      wildcardReason: 'Crawlers share one log group, and choose the names of its streams',
    });
    return role;
  }
}

function logsOfCrawlers(scope: Construct): string {
  return Stack.of(scope).formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: '/aws-glue/crawlers:*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
