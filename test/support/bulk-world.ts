import type { Client } from '@opensearch-project/opensearch';

import { indexNameOf } from '../../core/search/index-name.ts';
import { documentOf, documentVersion } from '../../core/search/post-document.ts';
import { searchEngine } from '../../core/search/search-engine.ts';
import type { SearchSettings } from '../../core/search/search-settings.ts';
import type { SocialEvent } from '../../core/social-event.ts';
import { presetNamed } from '../../presets/presets.ts';
import { generate } from '../../producers/sources/generator.ts';
import { backOff } from '../../storage/backoff.ts';
import { sendBulkBy, type BulkItem, type BulkOperation } from '../../storage/search/bulk-request.ts';
import { bulkSink, type BulkOutcome, type BulkSink, type BulkSinkOptions } from '../../storage/search/bulk-sink.ts';
import { searchClient } from '../../storage/search/search-client.ts';
import { setUpIndex } from '../../storage/search/setup-index.ts';

const PRESET = presetNamed('iphone');

/** As a server of one preset has it; it refreshes when it is told to. */
export const SEARCH_SETTINGS: SearchSettings = {
  alias: 'posts',
  refreshSeconds: 3_600,
  indexPeriod: 'month',
  retentionDays: 90,
  maxBytes: 1_000_000_000,
  features: PRESET.features,
};

const ENGINE = searchEngine(SEARCH_SETTINGS);
export const START_MS = Date.UTC(2026, 10, 1, 12);

/** The bulk operations of events, in their order. */
export function operationsOf(events: Iterable<SocialEvent>): BulkOperation[] {
  return Array.from(events, (event) => ({
    id: event.id,
    index: indexNameOf(SEARCH_SETTINGS, event.created_at),
    version: documentVersion(event),
    json: JSON.stringify(documentOf(event, ENGINE)),
  }));
}

/** Seeded events around the border of a month: posts, later observations, deletes, repetitions. */
export function generatedOperations(count: number, seed: number): BulkOperation[] {
  const events = generate({ preset: PRESET, seed, startMs: START_MS, rate: 100, duplicates: 0.05, late: 0.3 }).take(
    count,
  );
  return operationsOf(events.map(({ event }) => event));
}

/** An index and a way to write into it. */
export interface IndexWorld {
  readonly client: Client;
  readonly sink: BulkSink;
  /** Every answer of the server, request by request. */
  readonly answers: readonly (readonly BulkItem[])[];
  /** How many requests there were. */
  readonly requests: () => number;
}

/** Sets an index up on a server; `throughUrl` is where the sink writes. */
export async function indexWorld(
  url: string,
  options: Partial<Omit<BulkSinkOptions, 'send'>> & { readonly throughUrl?: string } = {},
): Promise<IndexWorld> {
  const { throughUrl = url, ...sinkOptions } = options;
  const client = searchClient({ endpoint: url });
  await setUpIndex(client, SEARCH_SETTINGS);
  const send = sendBulkBy(searchClient({ endpoint: throughUrl, maxSockets: 8 }));
  const answers: (readonly BulkItem[])[] = [];
  let requests = 0;
  const sink = bulkSink({
    pause: backOff,
    now: Date.now,
    ...sinkOptions,
    async send(operations, timeoutMs) {
      requests++;
      const items = await send(operations, timeoutMs);
      answers.push(items);
      return items;
    },
  });
  return { client, sink, answers, requests: () => requests };
}

/** How long a slow machine may take to write everything, with servers that start meanwhile. */
export const MOST_WRITING_MS = 300_000;

/** Writes until nothing is unfinished, as a feed does that is invoked again. @throws Error if that takes too long */
export async function writeAll(
  sink: BulkSink,
  operations: readonly BulkOperation[],
  mostMs = MOST_WRITING_MS,
): Promise<BulkOutcome<BulkOperation>[]> {
  const outcomes: BulkOutcome<BulkOperation>[] = [];
  const deadlineMs = Date.now() + mostMs;
  let pending = operations;
  while (pending.length > 0) {
    if (Date.now() >= deadlineMs) throw new Error(`${pending.length} documents are still open`);
    const outcome = await sink.write(pending, Date.now() + 10_000);
    outcomes.push(outcome);
    pending = outcome.unfinished;
  }
  return outcomes;
}

/** A document as the index has it. */
export type StoredDocument = readonly [id: string, index: string, version: number, json: string];

/** All documents of the indices, tombstones too, by id; 10,000 at most. */
export async function storedDocuments(client: Client): Promise<StoredDocument[]> {
  const index = `${SEARCH_SETTINGS.alias}-*`;
  await client.indices.refresh({ index });
  const { body } = await client.search({ index, size: 10_000, body: { version: true, query: { match_all: {} } } });
  return body.hits.hits
    .map((hit): StoredDocument => [hit._id ?? '', hit._index ?? '', Number(hit._version), JSON.stringify(hit._source)])
    .toSorted(byId);
}

/** The documents that are to be there after the operations, in whichever order they came. */
export function expectedDocuments(operations: readonly BulkOperation[]): StoredDocument[] {
  const newest = new Map<string, BulkOperation>();
  for (const operation of operations)
    if ((newest.get(operation.id)?.version ?? 0) < operation.version) newest.set(operation.id, operation);
  return [...newest.values()]
    .map(({ id, index, version, json }): StoredDocument => [id, index, version, json])
    .toSorted(byId);
}

function byId([a]: StoredDocument, [b]: StoredDocument): number {
  return a < b ? -1 : Number(a > b);
}
