import { describe, expect, test } from 'vitest';

import { readSearch } from '../../deployment/read-outputs.ts';
import { startFakeAws, type AwsAnswer } from '../support/fake-aws.ts';

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };
const SETTINGS = {
  alias: 'trends-posts',
  indexPeriod: 'month',
  refreshSeconds: 1,
  retentionDays: 90,
  maxBytes: 1,
  features: [],
};
const INGESTION = { StreamName: 'events', RejectedBucketName: 'rejected', ProducerSecretNames: '{}' };
const SEARCH = { SearchEndpoint: 'http://localhost:9200', SearchSettings: JSON.stringify(SETTINGS), DashboardsUrl: '' };

type Stacks = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** CloudFormation that knows these stacks, by stage. */
function answerOf(stacks: Stacks, body: string): AwsAnswer {
  const stage = /StackName=Groundswell-trends-(\w+)/.exec(body)?.[1] ?? '';
  const outputs = stacks[stage];
  if (outputs === undefined)
    return {
      status: 400,
      body: '<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>no such stack</Message></Error></ErrorResponse>',
    };
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  return {
    status: 200,
    body: `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>x</StackName><CreationTime>2026-11-20T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
  };
}

async function read(stacks: Stacks) {
  await using aws = await startFakeAws(({ body }) => answerOf(stacks, body));
  return await readSearch(
    { endpoint: aws.endpoint, region: 'us-east-1', credentials: CREDENTIALS, label: 'the emulator' },
    'trends',
  );
}

describe('what commands read of the search stage', () => {
  test('is where the server is, and what it runs with', async () => {
    expect(await read({ Ingestion: INGESTION, Search: SEARCH })).toEqual({ ...SEARCH, SearchSettings: SETTINGS });
  });

  test('is, where search is off, a sentence that says how to switch it on', async () => {
    await expect(read({ Ingestion: INGESTION })).rejects.toThrow(
      'Search is off for preset trends on the emulator: `npm start` brings a search server up, or says why it cannot.',
    );
  });

  test('is, where the preset is not deployed at all, a sentence that says so', async () => {
    await expect(read({})).rejects.toThrow('Preset trends is not deployed on the emulator');
  });

  test('is, where the stack is of another version, a sentence that says so', async () => {
    await expect(read({ Ingestion: INGESTION, Search: {} })).rejects.toThrow('is of another version');
  });
});
