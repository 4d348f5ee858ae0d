import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';

import { IngestionOutputsSchema } from '../../../deployment/outputs.ts';
import { outputNames, synthApp, templateOf, type Settings } from '../../support/app.ts';

function ingestion(settings: Settings = {}) {
  return templateOf(synthApp(settings), 'Ingestion');
}

describe('the ingestion stage', () => {
  test('has one shard that keeps events for a day, encrypted with the key of the account', () => {
    ingestion().hasResourceProperties('AWS::Kinesis::Stream', {
      ShardCount: 1,
      RetentionPeriodHours: 24,
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
      StreamEncryption: { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' },
    });
  });

  test('has the shards and the retention of the settings', () => {
    ingestion({ shards: '4', streamRetentionHours: '168' }).hasResourceProperties('AWS::Kinesis::Stream', {
      ShardCount: 4,
      RetentionPeriodHours: 168,
    });
  });

  test('has no number of shards when the stream is on demand', () => {
    ingestion({ streamMode: 'on-demand', shards: '4' }).hasResourceProperties('AWS::Kinesis::Stream', {
      ShardCount: Match.absent(),
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
    });
  });

  test('keeps rejected records as long as the settings say', () => {
    ingestion({ rejectedRetentionDays: '7' }).hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 7 })] },
    });
  });

  test('tells commands exactly what they read', () => {
    expect(outputNames(ingestion())).toEqual(Object.keys(IngestionOutputsSchema.shape).toSorted());
  });
});
