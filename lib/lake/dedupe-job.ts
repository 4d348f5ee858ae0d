import { join } from 'node:path';

import { Duration, Fn, IgnoreMode, Stack, Validations } from 'aws-cdk-lib';
import { Code, GlueVersion, PySparkFlexEtlJob, WorkerType } from 'aws-cdk-lib/aws-glue';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';

import { removalPolicy, type Config } from '../config.ts';
import { ServiceRole } from '../constructs/service-role.ts';
import type { LakeBucket } from './lake-bucket.ts';

const SPARK = join(import.meta.dirname, '..', '..', 'jobs', 'spark');
const ENTRY = 'glue_entry.py';
const COLUMNS = 'columns.json';
/** The least that Spark runs with on Glue: a driver and an executor. */
const WORKERS = { workerType: WorkerType.G_1X, numberOfWorkers: 2 };
/** A run that is ended goes on with the next one: days are published one by one. */
const TIMEOUT = Duration.hours(2);
/** Large files are written in parts. */
const WRITE = ['s3:PutObject', 's3:AbortMultipartUpload'];

export interface DedupeJobProps {
  readonly config: Config;
  readonly bucket: LakeBucket;
}

/**
 * The Glue job that makes `posts/` of `raw/`: see jobs/spark. It runs on spare capacity, which is cheaper and may start
 * late or be taken away; then it is tried again, once. It finds by itself what there is to do, so bookmarks are off.
 */
export class DedupeJob extends Construct {
  readonly job: PySparkFlexEtlJob;
  private readonly role: ServiceRole;

  constructor(scope: Construct, id: string, { config, bucket }: DedupeJobProps) {
    super(scope, id);
    this.role = new ServiceRole(this, 'Role', { service: 'glue.amazonaws.com' });
    this.allowLake(bucket);
    const columns = this.addFile('Columns', COLUMNS);
    this.job = new PySparkFlexEtlJob(this, 'Job', {
      role: this.role.role,
      description: `Groundswell ${config.preset.name}: one row for each post`,
      glueVersion: GlueVersion.V5_1,
      workerConfiguration: WORKERS,
      timeout: TIMEOUT,
      maxRetries: 1,
      maxConcurrentRuns: 1,
      script: codeOf(this.addFile('Entry', ENTRY)),
      extraPythonFiles: [codeOf(this.addModules())],
      extraFiles: [codeOf(columns)],
      enableMetrics: false,
      enableObservabilityMetrics: false,
      // Glue 5 logs anyway; these settings are of the versions before.
      continuousLogging: { enabled: false },
      defaultArguments: {
        '--lake': `s3://${bucket.bucketName}`,
        // Glue puts the file where the job runs, under the name that it has among the assets.
        '--columns': columns.s3ObjectKey,
        '--job-bookmark-option': 'job-bookmark-disable',
        '--custom-logGroup-prefix': this.addLogs(config),
      },
    });
    this.job.node.addDependency(this.role.rights);
    acknowledgeSecurity(this.job);
  }

  /** Reads observations; writes posts, and what it needs on the way; removes only what it staged. */
  private allowLake(bucket: LakeBucket): void {
    const wildcardReason = 'Keys hold days, and Spark chooses the names of its files';
    this.role.allow({ actions: ['s3:GetObject'], resources: [bucket.arnOf('raw')], wildcardReason });
    this.role.allow({
      actions: ['s3:GetObject', ...WRITE],
      resources: [bucket.arnOf('posts'), bucket.arnOf('dedupeState')],
      wildcardReason,
    });
    this.role.allow({
      actions: ['s3:GetObject', 's3:DeleteObject', ...WRITE],
      resources: [bucket.arnOf('staging')],
      wildcardReason,
    });
    // Lines that are no rows.
    this.role.allow({ actions: WRITE, resources: [bucket.arnOf('errors')], wildcardReason });
    this.role.allow({ actions: ['s3:ListBucket', 's3:GetBucketLocation'], resources: [bucket.bucketArn] });
  }

  /** All modules beside the entry, as one archive. */
  private addModules(): Asset {
    const exclude = ['*', '!*.py', ENTRY];
    return this.allowAsset(new Asset(this, 'Modules', { path: SPARK, exclude, ignoreMode: IgnoreMode.GIT }));
  }

  private addFile(id: string, name: string): Asset {
    return this.allowAsset(new Asset(this, id, { path: join(SPARK, name) }));
  }

  private allowAsset(asset: Asset): Asset {
    this.role.allow({ actions: ['s3:GetObject'], resources: [asset.bucket.arnForObjects(asset.s3ObjectKey)] });
    return asset;
  }

  /**
   * @returns what the names of its two log groups begin with. Glue makes them from it, so that they cannot be left to
   * CloudFormation; the id of the stack keeps them apart from those that an earlier one has left.
   */
  private addLogs(config: Config): string {
    const stackUuid = Fn.select(2, Fn.split('/', Stack.of(this).stackId));
    const prefix = `/groundswell/${config.preset.name}/dedupe-posts/${stackUuid}`;
    for (const [id, name] of [
      ['Output', 'output'],
      ['Errors', 'error'],
    ] as const) {
      const group = new LogGroup(this, id, {
        logGroupName: `${prefix}/${name}`,
        retention: config.logRetentionDays,
        removalPolicy: removalPolicy(config),
      });
      this.role.allow({
        actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [group.logGroupArn],
      });
    }
    return prefix;
  }
}

function codeOf(asset: Asset): Code {
  return Code.fromBucket(asset.bucket, asset.s3ObjectKey);
}

function acknowledgeSecurity(job: PySparkFlexEtlJob): void {
  Validations.of(job).acknowledge(
    {
      id: 'AwsSolutions-GL1',
      reason: 'Its logs hold days and counts, no posts, and CloudWatch encrypts every log group with a key of its own',
    },
    { id: 'AwsSolutions-GL3', reason: 'It has no bookmarks that could be encrypted: they are turned off' },
  );
}
