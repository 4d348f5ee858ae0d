import { Duration, Size, Stack, Validations } from 'aws-cdk-lib';
import { Stream } from 'aws-cdk-lib/aws-kinesis';
import {
  BackupMode,
  Compression,
  DeliveryStream as FirehoseStream,
  EnableLogging,
  InputFormat,
  KinesisStreamSource,
  LambdaFunctionProcessor,
  ParquetOutputFormat,
  S3Bucket,
  SchemaConfiguration,
  type S3BucketProps,
} from 'aws-cdk-lib/aws-kinesisfirehose';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

import { LAKE_PREFIXES, dayPartition } from '../../storage/lake/lake-layout.ts';
import { removalPolicy } from '../config.ts';
import { ServiceRole } from '../constructs/service-role.ts';
import type { StageFunction } from '../constructs/stage-function.ts';
import type { DeliveryProps } from './delivery.ts';
import { allowInLakeFormation } from './lake-formation.ts';
import { bufferMib } from './lake-flags.ts';

/** Small, so that an answer stays under the 6 MB of Lambda, though rows are larger than records, and base64. */
const PROCESSOR_BUFFER = { bufferSize: Size.mebibytes(1), bufferInterval: Duration.seconds(60), retries: 3 };
const BACKUP_BUFFER = { bufferingSize: Size.mebibytes(64), bufferingInterval: Duration.seconds(300) };
/** The least that Firehose allows: a row group is read whole (`storage/lake/parquet-documents.ts`). */
const PARQUET_BLOCK = Size.mebibytes(64);
/** How long a file of one day is tried again before Firehose keeps its records under `errors/`: the most that AWS allows. */
const PARTITION_RETRY = Duration.hours(2);
/** https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html */
const DAY_OF_EVENT = dayPartition({
  year: '!{partitionKeyFromLambda:year}',
  month: '!{partitionKeyFromLambda:month}',
  day: '!{partitionKeyFromLambda:day}',
});
const DAY_OF_ARRIVAL = dayPartition({ year: '!{timestamp:yyyy}', month: '!{timestamp:MM}', day: '!{timestamp:dd}' });
const HOUR_OF_ARRIVAL = 'hour=!{timestamp:HH}/';
const ERROR_TYPE = 'error=!{firehose:error-output-type}/';

export interface DeliveryStreamProps extends DeliveryProps {
  /** Makes rows of records. */
  readonly transform: StageFunction;
}

/**
 * The Firehose of the lake. It writes rows by the day of their event, and beside them every record as it came, by the
 * hour in which it came; what it cannot deliver it keeps by what went wrong.
 */
export class DeliveryStream extends Construct {
  /** As its metrics call it. */
  readonly name: string;

  constructor(scope: Construct, id: string, props: DeliveryStreamProps) {
    super(scope, id);
    const logs = new LogGroup(this, 'Logs', {
      retention: props.config.logRetentionDays,
      removalPolicy: removalPolicy(props.config),
    });
    const role = this.addRole(props, logs);
    const stream = new FirehoseStream(this, 'Firehose', {
      source: new KinesisStreamSource(Stream.fromStreamArn(this, 'Source', props.stream.streamArn)),
      role: role.role,
      destination: this.addDestination(props, role, logs),
    });
    // Address ranges that CDK adds for clusters inside a network; unused, they are warned of at each synthesis.
    Stack.of(this).node.tryRemoveChild('@aws-cdk--aws-kinesisfirehose.CidrBlocks');
    // Firehose tries its rights when it is made.
    stream.node.addDependency(role.rights);
    if (props.config.lakeFormat === 'parquet' && props.config.lakeFormation)
      stream.node.addDependency(
        allowInLakeFormation(this, 'Schema', { role, catalog: props.catalog, table: 'raw', permissions: ['DESCRIBE'] }),
      );
    Validations.of(stream).acknowledge({
      id: 'AwsSolutions-KDF1',
      reason: 'It reads an encrypted stream: Firehose itself encrypts only what is put into it directly',
    });
    this.name = stream.deliveryStreamName;
  }

  private addDestination(props: DeliveryStreamProps, { role }: ServiceRole, logs: LogGroup): S3Bucket {
    const bucket = Bucket.fromBucketArn(this, 'Lake', props.bucket.bucketArn);
    const loggingConfig = new EnableLogging(logs);
    return new S3Bucket(bucket, {
      role,
      loggingConfig,
      processors: [new LambdaFunctionProcessor(props.transform.fn, PROCESSOR_BUFFER)],
      dynamicPartitioning: { enabled: true, retryDuration: PARTITION_RETRY },
      bufferingSize: Size.mebibytes(bufferMib(props.config.preset)),
      bufferingInterval: Duration.seconds(props.config.preset.lake.bufferSeconds),
      dataOutputPrefix: LAKE_PREFIXES.raw + DAY_OF_EVENT,
      errorOutputPrefix: LAKE_PREFIXES.errors + DAY_OF_ARRIVAL + ERROR_TYPE,
      ...format(props),
      s3Backup: {
        mode: BackupMode.ALL,
        bucket,
        loggingConfig,
        compression: Compression.GZIP,
        ...BACKUP_BUFFER,
        dataOutputPrefix: LAKE_PREFIXES.originals + DAY_OF_ARRIVAL + HOUR_OF_ARRIVAL,
        errorOutputPrefix: LAKE_PREFIXES.originalErrors + DAY_OF_ARRIVAL + ERROR_TYPE,
      },
    });
  }

  /** What https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html asks for, by prefix. */
  private addRole({ config, stream, bucket, catalog, transform }: DeliveryStreamProps, logs: LogGroup): ServiceRole {
    const role = new ServiceRole(this, 'Role', { service: 'firehose.amazonaws.com', namesAccount: true });
    stream.grantRead(role);
    role.allow({
      actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
      resources: [
        bucket.arnOf('raw'),
        bucket.arnOf('errors'),
        bucket.arnOf('originals'),
        bucket.arnOf('originalErrors'),
      ],
      wildcardReason: 'Firehose chooses the names of its files; their prefixes hold days and hours',
    });
    role.allow({
      actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
      resources: [bucket.bucketArn],
    });
    const ask = ['lambda:InvokeFunction', 'lambda:GetFunctionConfiguration'];
    role.allow({ actions: ask, resources: [transform.fn.functionArn] });
    role.allow({
      actions: ask,
      resources: [`${transform.fn.functionArn}:*`],
      wildcardReason: 'AWS asks for the right on a version of the function; Firehose may ask for one by its own choice',
    });
    role.allow({ actions: ['logs:PutLogEvents'], resources: [logs.logGroupArn] });
    if (config.lakeFormat === 'parquet') catalog.grantReadSchema(role);
    return role;
  }
}

/** Lines of JSON, compressed as a file; or Parquet, which Snappy compresses inside. */
function format({ config, catalog }: DeliveryStreamProps): Pick<S3BucketProps, 'compression' | 'dataFormatConversion'> {
  if (config.lakeFormat === 'json') return { compression: Compression.GZIP };
  return {
    dataFormatConversion: {
      schemaConfiguration: SchemaConfiguration.fromCfnTable(catalog.raw),
      inputFormat: InputFormat.OPENX_JSON,
      outputFormat: new ParquetOutputFormat({ blockSize: PARQUET_BLOCK }),
    },
  };
}
