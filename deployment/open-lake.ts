import { join } from 'node:path';

import { AthenaClient } from '@aws-sdk/client-athena';

import { namesOfTables } from '../core/sql/table-names.ts';
import type { ReadOnlyStatement } from '../core/sql/read-only-statement.ts';
import { s3Client } from '../storage/aws-clients.ts';
import { backOff } from '../storage/backoff.ts';
import { queryAthena } from '../storage/lake/athena.ts';
import type { LakeAnswer } from '../storage/lake/lake-answer.ts';
import { LAKE_TABLES, openLakeDatabase, type CopyAnswer } from '../storage/lake/lake-database.ts';
import { dayPrefixes } from '../storage/lake/lake-layout.ts';
import { copyDown } from '../storage/lake/local-copy.ts';
import type { LakeOutputs } from './outputs.ts';
import { readLake } from './read-outputs.ts';
import { slowProgress } from './slow-progress.ts';
import { clientConfig, STATE_FOLDER, type Target } from './target.ts';

const DAY_MS = 86_400_000;

/** What is asked of the lake. */
export interface LakeRequest {
  readonly statement: ReadOnlyStatement;
  /** Rows that are given back at most. */
  readonly limit: number;
  /** Where it is known that no older events are asked for. @default - all are */
  readonly days?: number | undefined;
}

/** What the lake has answered, with a remark for a person on what it took or what is missing. */
export interface DescribedAnswer {
  readonly answer: LakeAnswer;
  readonly remark: string;
}

/**
 * Asks the lake of a preset: in an account by Athena, anywhere else by DuckDB over a copy of its bucket that is brought
 * up to date before.
 * @throws TargetError if there is no lake
 * @throws QueryError if the statement is wrong, or nobody may or can answer it
 */
export async function askLake(target: Target, preset: string, request: LakeRequest): Promise<DescribedAnswer> {
  const outputs = await readLake(target, preset);
  if (target.endpoint === undefined) return askAthena(target, outputs, request);
  return askCopy(target, { bucketName: outputs.LakeBucketName, folder: copyFolder(target.endpoint, preset) }, request);
}

/** Where the copy of a lake is kept. */
export function copyFolder(endpoint: string, preset: string): string {
  return join(STATE_FOLDER, 'lake', new URL(endpoint).host.replace(':', '-'), preset);
}

async function askAthena(
  target: Target,
  { CatalogDatabase, WorkgroupName }: LakeOutputs,
  { statement, limit }: LakeRequest,
): Promise<DescribedAnswer> {
  const place = {
    athena: new AthenaClient(clientConfig(target)),
    database: CatalogDatabase,
    workgroup: WorkgroupName,
    pause: backOff,
  };
  const stop = new AbortController();
  // A query that nobody waits for would run on and be billed; a second Ctrl-C ends the command as ever.
  process.once('SIGINT', () => stop.abort());
  const answer = await queryAthena(place, statement, { limit, signal: stop.signal });
  return { answer, remark: `Athena has read ${(answer.scannedBytes / 1e6).toFixed(2)} MB.` };
}

async function askCopy(
  target: Target,
  { bucketName, folder }: { readonly bucketName: string; readonly folder: string },
  { statement, limit, days }: LakeRequest,
): Promise<DescribedAnswer> {
  const named = namesOfTables(statement.sql);
  const tables = (Object.keys(LAKE_TABLES) as TableName[]).filter((table) => named.has(table));
  const copied = await copyDown({
    s3: s3Client(clientConfig(target)),
    bucketName,
    prefixes: tables.flatMap((table) => prefixesOf(LAKE_TABLES[table], days, Date.now())),
    folder,
    onProgress: slowProgress('Objects of the lake fetched', process.stderr, Date.now),
  });
  using database = await openLakeDatabase(folder);
  const answer = await database.query(statement, limit);
  const isNothing = copied.objects === 0 && tables.length > 0;
  return {
    answer,
    remark: isNothing
      ? emptyRemark(tables)
      : `From ${copied.objects} ${copied.objects === 1 ? 'object' : 'objects'} of the lake.${badLinesRemark(answer)}`,
  };
}

type TableName = keyof typeof LAKE_TABLES;

/** Events may be ten minutes ahead of the clock, so that tomorrow belongs to them. */
function prefixesOf(prefix: string, days: number | undefined, nowMs: number): string[] {
  return days === undefined ? [prefix] : dayPrefixes(nowMs - days * DAY_MS, nowMs + DAY_MS, prefix);
}

function badLinesRemark({ badLines }: CopyAnswer): string {
  if (badLines === undefined) return '';
  const what =
    badLines === 0
      ? 'Values that do not fit into their columns are null.'
      : `${badLines} ${badLines === 1 ? 'line' : 'lines'} of raw left out: no JSON, or without an id.`;
  return ` ${what} \`npm run dedupe\` says where.`;
}

function emptyRemark(tables: readonly TableName[]): string {
  const how: Readonly<Record<TableName, string>> = {
    raw: 'raw is empty: events come into it seconds after they were sent',
    posts: 'posts is empty: `npm run dedupe` makes it of raw',
  };
  return `${tables.map((table) => how[table]).join('; ')}.`;
}
