import { Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';

import { resourcesOf, synthApp, type Settings } from '../support/app.ts';

/** Properties that give a resource a name of its own, which a second preset in the account could not have too. */
const PHYSICAL_NAMES = [
  'BucketName',
  'FunctionName',
  'LogGroupName',
  'QueueName',
  'RoleName',
  'TableName',
  'TopicName',
];

const TYPES = [
  'AWS::DynamoDB::Table',
  'AWS::IAM::Role',
  'AWS::Kinesis::Stream',
  'AWS::Lambda::Function',
  'AWS::Logs::LogGroup',
  'AWS::S3::Bucket',
  'AWS::Scheduler::Schedule',
  'AWS::SecretsManager::Secret',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
];

describe('the app', () => {
  test('has a stack for each stage, named after the preset', () => {
    const stacks = synthApp().node.children.filter((child) => Stack.isStack(child));

    expect(stacks.map((stack) => stack.stackName)).toEqual([
      'Groundswell-trends-Observability',
      'Groundswell-trends-Ingestion',
      'Groundswell-trends-Trends',
      'Groundswell-trends-Lake',
      'Groundswell-trends-Dashboard',
    ]);
  });

  test('starts producers when the lake is there, which lacks what was sent before', () => {
    const dependencies = (settings: Settings): string[] | undefined =>
      synthApp({ producers: 'bluesky', ...settings })
        .node.children.filter((child) => Stack.isStack(child))
        .find((stack) => stack.stackName.endsWith('-Producers'))
        ?.dependencies.map((stack) => stack.stackName);

    expect(dependencies({})).toContain('Groundswell-trends-Lake');
    expect(dependencies({ lake: 'false' })).not.toContain('Groundswell-trends-Lake');
  });

  test.each(TYPES)('gives no %s a name, so that two presets live in one account', (type) => {
    const resources = resourcesOf(synthApp(), type);

    expect(resources).not.toEqual([]);
    for (const { Properties } of resources)
      expect([...PHYSICAL_NAMES, 'Name'].filter((key) => key in Properties && !isOfStack(Properties[key]))).toEqual([]);
  });
});

/** Whether a name holds the id of its stack, which no other stack has. */
function isOfStack(name: unknown): boolean {
  return JSON.stringify(name).includes('{"Ref":"AWS::StackId"}');
}
