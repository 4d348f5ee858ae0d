import { AthenaClient } from '@aws-sdk/client-athena';
import { describe, expect, test } from 'vitest';

import type { ReadOnlyStatement } from '../../../core/sql/read-only-statement.ts';
import { queryAthena, type AthenaAnswer } from '../../../storage/lake/athena.ts';
import { QueryError } from '../../../storage/lake/lake-answer.ts';
import { startFakeAws, type AwsAnswer, type AwsRequest } from '../../support/fake-aws.ts';

const STATEMENT: ReadOnlyStatement = { ok: true, sql: 'SELECT id, posts FROM posts', isExplain: false };
const COLUMNS = [
  { Name: 'id', Type: 'varchar' },
  { Name: 'posts', Type: 'bigint' },
  { Name: 'mean', Type: 'decimal' },
  { Name: 'is', Type: 'boolean' },
];

type Row = readonly (string | undefined)[];

interface Scripted {
  /** States that the query goes through; the last stays. */
  readonly states?: readonly string[];
  readonly reason?: string;
  readonly type?: string;
  readonly pages?: readonly (readonly Row[])[];
  readonly refusal?: { readonly name: string; readonly message: string };
  readonly signal?: AbortSignal;
  readonly limit?: number;
}

/** Asks an Athena that answers so; with all that was asked of it. */
async function ask({
  states = ['SUCCEEDED'],
  reason,
  type = 'DML',
  pages = [[]],
  refusal,
  signal,
  limit = 10,
}: Scripted) {
  const requests: AwsRequest[] = [];
  const left = [...states];
  const answerTo = (request: AwsRequest): AwsAnswer | undefined => {
    requests.push(request);
    const { operation, body } = request;
    if (operation === 'StartQueryExecution')
      return refusal === undefined
        ? ok({ QueryExecutionId: 'q1' })
        : { status: 400, body: JSON.stringify({ __type: refusal.name, message: refusal.message }) };
    if (operation === 'GetQueryExecution') {
      const State = left.length > 1 ? left.shift() : left[0];
      const Status = { State, StateChangeReason: reason };
      return ok({ QueryExecution: { Status, StatementType: type, Statistics: { DataScannedInBytes: 1_234 } } });
    }
    if (operation === 'GetQueryResults') {
      const at = Number((JSON.parse(body) as { NextToken?: string }).NextToken ?? 0);
      const Rows = (pages[at] ?? []).map((row) => ({ Data: row.map((VarCharValue) => ({ VarCharValue })) }));
      const ResultSet = { Rows, ResultSetMetadata: { ColumnInfo: COLUMNS } };
      return ok({ ResultSet, ...(at + 1 < pages.length && { NextToken: String(at + 1) }) });
    }
    return undefined;
  };
  await using aws = await startFakeAws(answerTo);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const athena = new AthenaClient({ endpoint: aws.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  const place = {
    athena,
    database: 'groundswell_trends',
    workgroup: 'groundswell-trends',
    pause: async () => undefined,
  };
  const outcome: AthenaAnswer | QueryError = await queryAthena(place, STATEMENT, {
    limit,
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    if (error instanceof QueryError) return error;
    throw error;
  });
  return { outcome, requests };
}

function ok(body: unknown): AwsAnswer {
  return { status: 200, body: JSON.stringify(body) };
}

const HEAD: Row = ['id', 'posts', 'mean', 'is'];

describe('a query in Athena', () => {
  test('runs in the workgroup and database of the lake', async () => {
    const { requests } = await ask({});

    expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({
      QueryString: STATEMENT.sql,
      WorkGroup: 'groundswell-trends',
      QueryExecutionContext: { Database: 'groundswell_trends', Catalog: 'AwsDataCatalog' },
    });
  });

  test('is asked for until it is done, and gives typed rows without the head, and what it has read', async () => {
    const pages = [
      [HEAD, ['a', '2', '1.309356725146199', 'true'], [undefined, '9007199254740993', undefined, 'false']],
    ];

    const { outcome, requests } = await ask({ states: ['QUEUED', 'RUNNING', 'SUCCEEDED'], pages });

    expect(requests.filter(({ operation }) => operation === 'GetQueryExecution')).toHaveLength(3);
    expect(outcome).toMatchObject({
      columns: COLUMNS.map(({ Name, Type }) => ({ name: Name, type: Type })),
      rows: [
        ['a', 2, 1.309356725146199, true],
        [null, '9007199254740993', null, false],
      ],
      isCut: false,
      scannedBytes: 1_234,
    });
  });

  test('is read page by page, no further than was asked for', async () => {
    const page = (name: string): Row[] => [1, 2].map((n) => [`${name}${n}`, '1', '1', 'true']);
    const pages = [[HEAD, ...page('a')], page('b'), page('c'), page('d')];

    const { outcome, requests } = await ask({ pages, limit: 3 });

    expect(outcome).toMatchObject({ rows: [['a1'], ['a2'], ['b1']].map(([id]) => [id, 1, 1, true]), isCut: true });
    expect(requests.filter(({ operation }) => operation === 'GetQueryResults')).toHaveLength(2);
  });

  test('that asks the catalog has no head', async () => {
    const { outcome } = await ask({ type: 'UTILITY', pages: [[['a', '1', '1', 'true']]] });

    expect(outcome).toMatchObject({ rows: [['a', 1, 1, true]] });
  });

  test('is cancelled where nobody waits any more', async () => {
    const { outcome, requests } = await ask({ states: ['RUNNING'], signal: AbortSignal.abort() });

    expect(outcome).toBeInstanceOf(QueryError);
    expect(requests.at(-1)).toMatchObject({ operation: 'StopQueryExecution', body: expect.stringContaining('q1') });
  });
});

describe('what Athena has against a query', () => {
  // As the documentation and reports of others write these: no real Athena was asked.
  test.each([
    ["COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved", /DESCRIBE posts.*line 1:8/],
    ["TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.groundswell_trends.x' does not exist", /raw and posts/],
    [
      'Insufficient Lake Formation permission(s) on raw (Service: AmazonDataCatalog; Status Code: 400)',
      /no SELECT on the tables of groundswell_trends.*-c lakeFormation=true/,
    ],
    ['Query exhausted resources at this scale factor', /fewer days/],
    ['Something else', /^Athena has failed\. \(Athena: Something else\.\)$/],
  ])('%s is said with what to do', async (reason, sentence) => {
    const { outcome } = await ask({ states: ['FAILED'], reason });

    expect(outcome).toBeInstanceOf(QueryError);
    expect(outcome).toMatchObject({ message: expect.stringMatching(sentence) });
  });

  test("that it reads more than the workgroup's limit is said with how to raise it", async () => {
    const { outcome } = await ask({
      states: ['CANCELLED'],
      reason: 'Query cancelled! : Bytes scanned limit was exceeded',
    });

    expect(outcome).toMatchObject({ message: expect.stringMatching(/groundswell-trends.*lakeQueryMaxGib/) });
  });

  test('that somebody else has cancelled it is said', async () => {
    const { outcome } = await ask({ states: ['CANCELLED'], reason: '' });

    expect(outcome).toMatchObject({ message: 'Somebody has cancelled the query.' });
  });

  test.each([
    ['InvalidRequestException', 'WorkGroup is not found.', /groundswell-trends is gone/],
    [
      'InvalidRequestException',
      "line 1:1: mismatched input 'selec'. Expecting: 'SELECT'",
      /line 1:1: mismatched input/,
    ],
    ['AccessDeniedException', 'You are not authorized to perform: athena:StartQueryExecution', /may not do this/],
  ])('%s before it has begun: %s', async (name, message, sentence) => {
    const { outcome } = await ask({ refusal: { name, message } });

    expect(outcome).toBeInstanceOf(QueryError);
    expect(outcome).toMatchObject({ message: expect.stringMatching(sentence) });
  });

  test('that is no fault of the query stays what it is', async () => {
    await expect(ask({ refusal: { name: 'InternalServerException', message: 'oh' } })).rejects.toThrow('oh');
  });
});
