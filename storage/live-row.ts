import { createHash, createHmac } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

import * as z from 'zod';

import type { Observation } from '../core/aggregate.ts';
import { canonicalEvent } from '../core/canonical-json.ts';
import type { Enrichment } from '../core/enrich.ts';
import { SENTIMENT_LABELS } from '../core/sentiment.ts';
import { METRICS, epochMs, type Delete, type Metric, type Post, type SocialEvent } from '../core/social-event.ts';
import { SOURCES, sourceOf, type Source } from '../core/sources.ts';
import { RefusedRowError } from './errors.ts';
import { eventKey } from './event-key.ts';
import { itemBytes } from './item-size.ts';
import { liveRowsExpireAtMs } from './retention.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const MAX_ITEM_BYTES = 400 * 1024;
/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html */
const WRITE_UNIT_BYTES = 1024;
const MINUTE_MS = 60_000;

/** The primary key of a live row. */
export interface LiveRowKey {
  /** Minute of `created_at`, `#`, write shard. */
  readonly key_datetime: string;
  /** Id, `#`, `observed_at`, `#`, 1 for a delete else 0, 16 hex digits of the event's hash. */
  readonly event_key: string;
}

/** A row of a live table as it is stored. */
export interface LiveRow extends LiveRowKey {
  readonly expires_at: number;
  readonly [attribute: string]: unknown;
}

export interface LiveRowSettings {
  readonly writeShards: number;
  readonly lateHours: number;
  /** Key of the hash that stands for an author. */
  readonly authorSalt: string;
}

/** The columns that the tables of earlier systems had, where their name is not the metric's. */
const COLUMN_NAMES: Readonly<Partial<Record<Source, Readonly<Partial<Record<Metric, string>>>>>> = {
  twitter: { likes: 'favorites', reposts: 'retweets' },
  reddit: { comments: 'num_comments' },
};

/** The key of an event's row: the same event always has the same one, and of one id the later observation a greater. */
export function liveRowKey(event: SocialEvent, writeShards: number): LiveRowKey {
  return keyOf(event, canonicalEvent(event), writeShards);
}

function keyOf(event: SocialEvent, canonical: string, writeShards: number): LiveRowKey {
  return {
    key_datetime: livePartition(event.created_at.slice(0, 16), writeShardOf(event.id, writeShards)),
    event_key: eventKey(event, canonical),
  };
}

/** The partition of one minute and write shard. */
export function livePartition(minute: string, writeShard: number): string {
  return `${minute}#${writeShard}`;
}

function writeShardOf(id: string, writeShards: number): number {
  return writeShards === 1 ? 0 : createHash('sha256').update(id).digest().readUInt32BE() % writeShards;
}

/** The row of a delete: it only outranks what was observed before it. */
export function liveDeleteRow(event: Delete, settings: LiveRowSettings): LiveRow {
  const canonical = canonicalEvent(event);
  return withDocument({ ...keyOf(event, canonical, settings.writeShards), ...expiry(event, settings) }, canonical);
}

/**
 * The row of a post.
 * @param post with or without `raw`, which is part of neither key nor row
 * @throws RefusedRowError if DynamoDB would not take it
 */
export function livePostRow(post: Post, { key_words, sentiment }: Enrichment, settings: LiveRowSettings): LiveRow {
  const canonical = canonicalEvent(post);
  return withDocument(
    {
      ...keyOf(post, canonical, settings.writeShards),
      ...expiry(post, settings),
      key_words,
      tags: post.tags,
      ...(post.category !== undefined && { key_category: post.category }),
      ...(sentiment && { sentiment: sentiment.score, sentiment_label: sentiment.label }),
      ...(post.author && { author: authorHash(post.source, post.author.id, settings.authorSalt) }),
      ...metricColumns(post),
      ...(post.source === 'meetup' && meetupColumns(post)),
    },
    canonical,
  );
}

/**
 * Adds the event as it was sent. Compressing takes as long as all the rest of a row: it is done where the row would
 * cost more than a write unit.
 * @throws RefusedRowError if DynamoDB would not take it
 */
function withDocument(row: LiveRow, json: string): LiveRow {
  const plain = { ...row, doc: json };
  if (itemBytes(plain) <= WRITE_UNIT_BYTES) return plain;
  const compressed = { ...row, doc: deflateRawSync(json) };
  const bytes = itemBytes(compressed);
  if (bytes > MAX_ITEM_BYTES) throw new RefusedRowError(`the row takes ${bytes} bytes`);
  return compressed;
}

function metricColumns({ source, metrics }: Post): Record<string, number> {
  const columns: Record<string, number> = {};
  for (const metric of METRICS) {
    const count = metrics[metric];
    if (count !== undefined) columns[columnOf(source, metric)] = count;
  }
  return columns;
}

function columnOf(source: Source, metric: Metric): string {
  return COLUMN_NAMES[source]?.[metric] ?? metric;
}

function meetupColumns({ title, place }: Post): Record<string, string> {
  const columns = {
    name: title,
    venue: place?.name,
    key_location_city: place?.city,
    key_location_state: place?.state,
    key_location_country: place?.country,
  };
  return Object.fromEntries(Object.entries(columns).flatMap(([name, text]) => (text ? [[name, text]] : [])));
}

/** 64 bits of a keyed hash: counts people without naming them. */
function authorHash(source: Source, authorId: string, salt: string): string {
  return createHmac('sha256', salt).update(`${source}:${authorId}`).digest('hex').slice(0, 16);
}

/** All rows of a minute expire together, one hour after its window stopped accepting changes; in epoch seconds. */
function expiry({ created_at }: SocialEvent, { lateHours }: LiveRowSettings): { readonly expires_at: number } {
  const startMs = Math.floor(epochMs(created_at) / MINUTE_MS) * MINUTE_MS;
  return { expires_at: liveRowsExpireAtMs({ startMs }, lateHours) / 1_000 };
}

/**
 * The event of a row, without `raw`, as it was sent.
 * @throws TypeError, SyntaxError or Error if the row holds none
 */
export function readLiveEvent({ doc }: Readonly<Record<string, unknown>>): unknown {
  if (typeof doc === 'string') return JSON.parse(doc);
  if (doc instanceof Uint8Array) return JSON.parse(inflateRawSync(doc).toString('utf8'));
  throw new TypeError('the row has no document');
}

/** The attributes that an aggregation reads. */
const StoredRowSchema = z.looseObject({
  event_key: z
    .string()
    .regex(/#[^#]+#[01][0-9a-f]{16}$/)
    .refine((key) => SOURCES.some((source) => key.startsWith(`${source}:`))),
  key_words: z.array(z.string()).default([]),
  tags: z.array(z.string()).default([]),
  key_category: z.string().optional(),
  sentiment: z.number().optional(),
  sentiment_label: z.enum(SENTIMENT_LABELS).optional(),
  author: z.string().optional(),
});
const Count = z.int().optional();

/** Reads a row back as an observation; undefined if it is none. */
export function decodeLiveRow(item: unknown): Observation | undefined {
  const parsed = StoredRowSchema.safeParse(item);
  if (!parsed.success) return undefined;
  const row = parsed.data;
  const { id, deleted } = splitEventKey(row.event_key);
  const { sentiment: score, sentiment_label: label } = row;
  return {
    id,
    eventKey: row.event_key,
    isDelete: deleted,
    keywords: row.key_words,
    tags: row.tags,
    category: row.key_category,
    author: row.author,
    metrics: readMetrics(row, sourceOf(id)),
    sentiment: score !== undefined && label !== undefined ? { score, label } : undefined,
  };
}

/** When the observation of a row was made: its `observed_at`. */
export function observedAtOf(eventKey: string): string {
  return eventKey.split('#').at(-2) ?? '';
}

/** What the key of a row says of its event; undefined if it is the key of none. */
export function readLiveKey(
  key: LiveRowKey,
): { readonly id: string; readonly minute: string; readonly observedAt: string } | undefined {
  const parsed = StoredRowSchema.safeParse(key);
  if (!parsed.success) return undefined;
  const { id } = splitEventKey(key.event_key);
  return { id, minute: key.key_datetime.slice(0, 16), observedAt: observedAtOf(key.event_key) };
}

function splitEventKey(eventKey: string): { id: string; deleted: boolean } {
  const flagAt = eventKey.lastIndexOf('#');
  const observedAt = eventKey.lastIndexOf('#', flagAt - 1);
  return { id: eventKey.slice(0, observedAt), deleted: eventKey[flagAt + 1] === '1' };
}

function readMetrics(row: Readonly<Record<string, unknown>>, source: Source): Observation['metrics'] {
  return Object.fromEntries(
    METRICS.map((metric) => [metric, Count.catch(undefined).parse(row[columnOf(source, metric)])]),
  );
}

/** The attributes that {@link decodeLiveRow} looks at, for a projection. */
export function observationAttributes(source: Source): string[] {
  return [...Object.keys(StoredRowSchema.shape), ...METRICS.map((metric) => columnOf(source, metric))];
}
