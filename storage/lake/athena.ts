import {
  AthenaServiceException,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  InvalidRequestException,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
  type AthenaClient,
  type GetQueryResultsOutput,
  type QueryExecution,
} from '@aws-sdk/client-athena';

import type { ReadOnlyStatement } from '../../core/sql/read-only-statement.ts';
import type { Pause } from '../backoff.ts';
import { describeAthenaFailure, describeRefusal } from './athena-error.ts';
import {
  QueryError,
  exactNumber,
  isNumeric,
  type AnswerColumn,
  type LakeAnswer,
  type LakeValue,
} from './lake-answer.ts';

/** Where queries run. */
export interface AthenaPlace {
  readonly athena: AthenaClient;
  readonly database: string;
  readonly workgroup: string;
  /** Waits between two looks at a query that runs. */
  readonly pause: Pause;
}

/** What Athena has found, and what it has read for that: it is billed by bytes. */
export interface AthenaAnswer extends LakeAnswer {
  readonly scannedBytes: number;
}

/** Rows that Athena gives back at once at most, the head among them. */
const PAGE_ROWS = 1_000;
const DONE: ReadonlySet<string | undefined> = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED']);

/**
 * Answers a statement in Athena. Where the signal comes first, the query is cancelled.
 * @param limit rows that are given back at most
 * @throws QueryError if the statement is wrong, or Athena may not or will not answer it
 */
export async function queryAthena(
  place: AthenaPlace,
  { sql }: ReadOnlyStatement,
  { limit, signal }: { readonly limit: number; readonly signal?: AbortSignal },
): Promise<AthenaAnswer> {
  const id = await start(place, sql);
  const execution = await finished(place, id, signal);
  const { State, StateChangeReason = '' } = execution.Status ?? {};
  if (State !== 'SUCCEEDED')
    throw new QueryError(describeAthenaFailure(StateChangeReason, { isCancelled: State === 'CANCELLED', ...place }));
  const answer = await readResults(place.athena, { id, limit, hasHead: execution.StatementType === 'DML' });
  return { ...answer, scannedBytes: execution.Statistics?.DataScannedInBytes ?? 0 };
}

async function start({ athena, database, workgroup }: AthenaPlace, sql: string): Promise<string> {
  try {
    const { QueryExecutionId = '' } = await athena.send(
      new StartQueryExecutionCommand({
        QueryString: sql,
        QueryExecutionContext: { Database: database, Catalog: 'AwsDataCatalog' },
        WorkGroup: workgroup,
      }),
    );
    return QueryExecutionId;
  } catch (error) {
    const isRefused = error instanceof InvalidRequestException || isDenied(error);
    if (!isRefused) throw error;
    throw new QueryError(describeRefusal(error.message, { database, workgroup }), { cause: error });
  }
}

function isDenied(error: unknown): error is AthenaServiceException {
  return error instanceof AthenaServiceException && error.name === 'AccessDeniedException';
}

async function finished({ athena, pause }: AthenaPlace, id: string, signal?: AbortSignal): Promise<QueryExecution> {
  for (let attempt = 1; ; attempt += 1) {
    if (signal?.aborted) {
      await athena.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
      throw new QueryError('The query was cancelled; Athena bills what it had read until then.');
    }
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId: id }));
    if (QueryExecution !== undefined && DONE.has(QueryExecution.Status?.State)) return QueryExecution;
    await pause(attempt, 2_000);
  }
}

async function readResults(
  athena: AthenaClient,
  { id, limit, hasHead }: { readonly id: string; readonly limit: number; readonly hasHead: boolean },
): Promise<LakeAnswer> {
  const rows: LakeValue[][] = [];
  let columns: AnswerColumn[] = [];
  let NextToken: string | undefined;
  let isFirst = true;
  do {
    const page: GetQueryResultsOutput = await athena.send(
      new GetQueryResultsCommand({ QueryExecutionId: id, NextToken, MaxResults: PAGE_ROWS }),
    );
    columns = columnsOf(page);
    // The first row of a query's first page holds the names of its columns.
    const found = page.ResultSet?.Rows?.slice(isFirst && hasHead ? 1 : 0) ?? [];
    rows.push(...found.map(({ Data = [] }) => columns.map((column, i) => valueOf(Data[i]?.VarCharValue, column))));
    NextToken = page.NextToken;
    isFirst = false;
  } while (NextToken !== undefined && rows.length <= limit);
  return { columns, rows: rows.slice(0, limit), isCut: rows.length > limit };
}

function columnsOf({ ResultSet }: GetQueryResultsOutput): AnswerColumn[] {
  const columns = ResultSet?.ResultSetMetadata?.ColumnInfo ?? [];
  return columns.map(({ Name = '', Type = '' }) => ({ name: Name, type: Type.toLowerCase() }));
}

/** Athena gives everything as text; lists and structs stay as Athena writes them, which is no JSON. */
function valueOf(text: string | undefined, column: AnswerColumn): LakeValue {
  if (text === undefined) return null;
  if (column.type === 'boolean') return text === 'true';
  return isNumeric(column) ? exactNumber(text) : text;
}
