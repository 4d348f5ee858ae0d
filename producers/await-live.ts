import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import * as z from 'zod';

import { epochMs, type SocialEvent } from '../core/social-event.ts';
import { sourceOf, type Source } from '../core/sources.ts';
import { acceptsUntilMs, windowAt } from '../core/windows.ts';
import { liveRowKey, type LiveRowKey } from '../storage/live-row.ts';
import type { MarkName } from '../storage/mark-store.ts';
import type { Wait } from './wait.ts';

/** Says which of these rows are in their live table. */
export type FindRows = (source: Source, keys: readonly LiveRowKey[]) => Promise<readonly LiveRowKey[]>;

export interface AwaitLiveOptions {
  readonly findRows: FindRows;
  readonly addMarks: (names: readonly MarkName[]) => Promise<void>;
  readonly settings: { readonly writeShards: number; readonly lateHours: number };
  readonly now: () => number;
  readonly wait: Wait;
  /** Aborted when nobody wants to wait any more. */
  readonly signal: AbortSignal;
  /** Told how many rows are still missing, or how many minutes are being marked. */
  readonly report: (state: { readonly missing: number } | { readonly marking: number }) => void;
}

/** Rows that are to appear. About 250 bytes an event. */
export interface ExpectedRows {
  /** Expects the row of an event; one that is too late for its window is never written, and only counted. */
  expect(event: SocialEvent): void;
  tooLate(): number;
  /** Waits until all are there; returns how many were missing when nothing had come for a minute, or it was aborted. */
  arrived(): Promise<number>;
}

const POLL_MS = 500;
const PATIENCE_MS = 60_000;
/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const BATCH_SIZE = 100;
const CONCURRENCY = 8;
const THROTTLES = new Set(['ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'ThrottlingException']);

/** Follows events into the live tables. */
export function expectedRows(options: AwaitLiveOptions): ExpectedRows {
  const missing = new Map<string, { readonly source: Source; readonly key: LiveRowKey }>();
  const marks = new Map<string, MarkName>();
  let tooLate = 0;
  return {
    expect(event) {
      const minute = windowAt('minute', epochMs(event.created_at));
      if (options.now() >= acceptsUntilMs(minute, options.settings.lateHours)) {
        tooLate += 1;
        return;
      }
      const source = sourceOf(event.id);
      const key = liveRowKey(event, options.settings.writeShards);
      missing.set(`${key.key_datetime} ${key.event_key}`, { source, key });
      marks.set(`${source} ${key.key_datetime}`, { window: `live#${source}`, key: key.key_datetime });
    },
    tooLate: () => tooLate,
    async arrived() {
      await waitFor(missing, options);
      // A row is there a moment before its mark: whoever aggregates next must not miss it.
      if (missing.size > 0) return missing.size;
      options.report({ marking: marks.size });
      await options.addMarks([...marks.values()]);
      return 0;
    },
  };
}

async function waitFor(
  missing: Map<string, { readonly source: Source; readonly key: LiveRowKey }>,
  { findRows, now, wait, signal, report }: AwaitLiveOptions,
): Promise<void> {
  let lastProgressMs = now();
  for (;;) {
    const before = missing.size;
    await pMap(
      batchesOf([...missing.values()]),
      async ([source, keys]) => {
        for (const key of await findRows(source, keys)) missing.delete(`${key.key_datetime} ${key.event_key}`);
      },
      { concurrency: CONCURRENCY },
    );
    if (missing.size === 0) return;
    if (missing.size < before) lastProgressMs = now();
    if (now() - lastProgressMs >= PATIENCE_MS || signal.aborted) return;
    report({ missing: missing.size });
    await wait(POLL_MS, signal);
  }
}

function batchesOf(
  rows: readonly { readonly source: Source; readonly key: LiveRowKey }[],
): (readonly [Source, readonly LiveRowKey[]])[] {
  const perSource = Map.groupBy(rows, ({ source }) => source);
  return [...perSource].flatMap(([source, items]) =>
    Array.from({ length: Math.ceil(items.length / BATCH_SIZE) }, (_, i) => {
      const keys = items.slice(i * BATCH_SIZE, (i + 1) * BATCH_SIZE).map(({ key }) => key);
      return [source, keys] as const;
    }),
  );
}

const KeySchema = z.object({ key_datetime: z.string(), event_key: z.string() });

/** Looks rows up by their keys, read consistently; keys that are left unprocessed are simply not found yet. */
export function findRowsIn(documents: DynamoDBDocumentClient, tableNames: Readonly<Record<Source, string>>): FindRows {
  return async (source, keys) => {
    const table = tableNames[source];
    const command = new BatchGetCommand({
      RequestItems: {
        [table]: { Keys: [...keys], ConsistentRead: true, ProjectionExpression: 'key_datetime, event_key' },
      },
    });
    try {
      const { Responses = {} } = await documents.send(command);
      return z.array(KeySchema).parse(Responses[table] ?? []);
    } catch (error) {
      if (isPassing(error)) return [];
      throw error;
    }
  };
}

/** Whether the table was merely too busy to answer: the next poll asks again. */
function isPassing(error: unknown): boolean {
  return error instanceof DynamoDBServiceException && (error.$fault === 'server' || THROTTLES.has(error.name));
}
