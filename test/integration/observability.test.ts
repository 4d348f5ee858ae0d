import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { inject, test, expect } from 'vitest';
import * as z from 'zod';

import { minuteKey } from '../../core/windows.ts';
import { stackName } from '../../deployment/outputs.ts';
import { readIngestion } from '../../deployment/read-outputs.ts';
import { clientConfig, resolveTarget } from '../../deployment/target.ts';
import { s3Client } from '../../storage/aws-clients.ts';
import { keepRejectedIn, rejectedKey, type RejectedRecord } from '../../storage/rejected-store.ts';
import { makePost } from '../support/make-event.ts';
import { resourcesOf, synthApp } from '../support/app.ts';

const HOUR_MS = 3_600_000;
const config = clientConfig(resolveTarget({}, inject('environment')));
const { RejectedBucketName } = await readIngestion(resolveTarget({}, inject('environment')), 'trends');

const Answer = z.object({ count: z.int(), oldestAgeMs: z.int() });

/** The deployed resources of a type in the stack of a stage: physical ids by logical ids. */
async function deployed(stage: string, type: string): Promise<Map<string, string>> {
  const client = new CloudFormationClient(config);
  const found = new Map<string, string>();
  for await (const page of paginateListStackResources({ client }, { StackName: stackName('trends', stage) }))
    for (const { ResourceType, LogicalResourceId = '', PhysicalResourceId = '' } of page.StackResourceSummaries ?? [])
      if (ResourceType === type) found.set(LogicalResourceId, PhysicalResourceId);
  return found;
}

test('every alarm of the templates and the dashboard are deployed', async () => {
  const alarms = resourcesOf(synthApp({ target: 'local' }), 'AWS::CloudWatch::Alarm');

  for (const stage of ['Ingestion', 'Trends'])
    expect([...(await deployed(stage, 'AWS::CloudWatch::Alarm')).keys()].toSorted()).toEqual(
      alarms
        .filter(({ stackName: of }) => of === stage)
        .map(({ logicalId }) => logicalId)
        .toSorted(),
    );
  expect((await deployed('Dashboard', 'AWS::CloudWatch::Dashboard')).size).toBe(1);
});

test('the deployed look at rejected records sees one until it is moved away, and logs JSON without its text', async () => {
  const lambda = new LambdaClient(config);
  const [FunctionName = ''] = (await deployed('Ingestion', 'AWS::Lambda::Function')).values();
  const look = async () => {
    const { Payload, FunctionError } = await lambda.send(new InvokeCommand({ FunctionName, Payload: '{}' }));
    expect(FunctionError).toBeUndefined();
    return Answer.parse(JSON.parse(Payload?.transformToString() ?? ''));
  };
  const record = rejectedPost(Date.now() - 40 * HOUR_MS);
  const before = await look();
  await keepRejectedIn({ s3: s3Client(config), bucketName: RejectedBucketName })(record);

  const after = await look();

  expect(after.count).toBe(before.count + 1);
  expect(after.oldestAgeMs).toBeGreaterThanOrEqual(40 * HOUR_MS);
  await s3Client(config).send(new DeleteObjectCommand({ Bucket: RejectedBucketName, Key: rejectedKey(record) }));
  expect((await look()).count).toBe(before.count);
  const lines = await logLines(lambda, FunctionName);
  expect(lines.filter((line) => line.includes('rejected records looked at')).length).toBeGreaterThanOrEqual(3);
  expect(lines.filter((line) => line.includes('q7Kingfisher'))).toEqual([]);
});

/** A post that was created and rejected at a time, and has a text that can be looked for. */
function rejectedPost(createdMs: number): RejectedRecord {
  const created_at = `${minuteKey(createdMs)}:00.000Z`;
  return {
    reason: 'invalid_event',
    detail: 'v: is wrong',
    shardId: 'shardId-000000000000',
    sequenceNumber: `observability-${createdMs}`,
    partitionKey: 'p',
    arrivedAtMs: createdMs,
    data: Buffer.from(JSON.stringify(makePost({ created_at, observed_at: created_at, text: 'q7Kingfisher' }))),
  };
}

async function logLines(lambda: LambdaClient, FunctionName: string): Promise<string[]> {
  const { LoggingConfig } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const logs = new CloudWatchLogsClient(config);
  const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: LoggingConfig?.LogGroup }));
  return events.map(({ message = '' }) => message);
}
