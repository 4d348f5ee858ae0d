import type { Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod';

import type { FirehoseOptions } from './firehose.ts';

const MIB = 1024 ** 2;
const SECOND_MS = 1_000;

const Hints = z
  .object({ SizeInMBs: z.number(), IntervalInSeconds: z.number() })
  .transform(({ SizeInMBs, IntervalInSeconds }) => ({ bytes: SizeInMBs * MIB, ms: IntervalInSeconds * SECOND_MS }));
const Parameters = z
  .array(z.object({ ParameterName: z.string(), ParameterValue: z.unknown() }))
  .transform((list) => new Map(list.map(({ ParameterName, ParameterValue }) => [ParameterName, ParameterValue])));

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kinesisfirehose-deliverystream.html */
const DeliveryStreamSchema = z.object({
  Properties: z.object({
    ExtendedS3DestinationConfiguration: z.object({
      Prefix: z.string(),
      ErrorOutputPrefix: z.string(),
      BufferingHints: Hints,
      CompressionFormat: z.literal('GZIP'),
      DynamicPartitioningConfiguration: z.object({ Enabled: z.literal(true) }),
      ProcessingConfiguration: z.object({
        Enabled: z.literal(true),
        Processors: z.tuple([z.object({ Type: z.literal('Lambda'), Parameters })]),
      }),
      S3BackupMode: z.literal('Enabled'),
      S3BackupConfiguration: z.object({
        Prefix: z.string(),
        BufferingHints: Hints,
        CompressionFormat: z.literal('GZIP'),
      }),
    }),
  }),
});

/**
 * What the only Firehose of a template is set to.
 * @throws Error if there is none, or it does what the Firehose of the tests does not
 */
export function firehoseOptions(template: Template): Omit<FirehoseOptions, 'transform' | 'redelivery'> {
  const [resource, ...others] = Object.values(template.findResources('AWS::KinesisFirehose::DeliveryStream'));
  if (resource === undefined || others.length > 0) throw new Error('there is not exactly one Firehose');
  const destination = DeliveryStreamSchema.parse(resource).Properties.ExtendedS3DestinationConfiguration;
  const [{ Parameters: lambda }] = destination.ProcessingConfiguration.Processors;
  return {
    prefix: destination.Prefix,
    errorPrefix: destination.ErrorOutputPrefix,
    backupPrefix: destination.S3BackupConfiguration.Prefix,
    limits: destination.BufferingHints,
    backupLimits: destination.S3BackupConfiguration.BufferingHints,
    lambdaLimits: {
      bytes: Number(lambda.get('BufferSizeInMBs')) * MIB,
      ms: Number(lambda.get('BufferIntervalInSeconds')) * SECOND_MS,
    },
    retries: Number(lambda.get('NumberOfRetries')),
  };
}
