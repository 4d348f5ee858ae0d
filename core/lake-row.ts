import { EVENT_FIELDS, columnName, type LakeRow } from './event-fields.ts';
import { formatMillionths, scoreEvent } from './event-score.ts';
import { validateEvent, type ParsedEvent } from './parse-event.ts';
import { findingsOf, pick, type SearchEngine } from './search/post-document.ts';
import { isDelete, type Post, type SocialEvent } from './social-event.ts';
import { sourceOf } from './sources.ts';
import type { TrendSettings } from './trend-settings.ts';

/** What a row is made with besides its event. */
export interface LakeRowSettings {
  readonly engine: SearchEngine;
  readonly weights: TrendSettings['weights'];
}

/** What is known of an event from outside. */
export interface RecordFacts {
  /** The key that it has in the live tables. */
  readonly eventKey: string;
  /** When it came to the stream, in epoch milliseconds. */
  readonly arrivedAtMs: number;
}

/**
 * The row of an event: its fields side by side, what the engine found in it, and what only the lake keeps. Of an
 * unknown field of the event nothing is kept; nothing but `arrived_at` depends on when the row is made.
 */
export function lakeRow(event: SocialEvent, facts: RecordFacts, settings: LakeRowSettings): LakeRow {
  const enriched = {
    ...(isDelete(event) ? pick(event, IDENTITY) : postFields(event, settings)),
    source: sourceOf(event.id),
    event_key: facts.eventKey,
    arrived_at: new Date(facts.arrivedAtMs).toISOString(),
  };
  const row: Record<string, unknown> = {};
  for (const { name, place } of COLUMNS) {
    const value = valueAt(enriched, place);
    if (!isAbsent(value)) row[name] = value;
  }
  return row as unknown as LakeRow;
}

/** Worked out once: a row has fifty of them. */
const COLUMNS = EVENT_FIELDS.map(({ path }) => ({ path, name: columnName(path), place: path.split('.') }));

/** All that is looked at of a delete. */
const IDENTITY = ['v', 'id', 'kind', 'created_at', 'observed_at'] as const;

function postFields(post: Post, { engine, weights }: LakeRowSettings) {
  return {
    ...post,
    ...findingsOf(post, engine),
    annotations: post.annotations.map(({ domain, entity }) => ({ domain, entity })),
    score: Number(formatMillionths(scoreEvent(post.metrics, weights[post.source]))),
    raw: post.raw && JSON.stringify(post.raw),
  };
}

/**
 * The event of a row, without what the network's payload held besides the contract: it has the same document as the
 * event that the row was made from.
 * @param row as it was read: JSON, or the columns of a Parquet file, where `null` is absent
 * @param arrivedAtMs when it came, in epoch milliseconds; times far ahead of it are refused
 */
export function eventOfRow(row: Readonly<Record<string, unknown>>, arrivedAtMs: number): ParsedEvent {
  const event: Record<string, unknown> = {};
  for (const { path, name, place } of COLUMNS) {
    const value = row[name];
    if (!isAbsent(value) && !MADE_OF_IT.has(path)) setAt(event, place, value);
  }
  return validateEvent(event, arrivedAtMs);
}

/** What is computed from the event, and the payload, which no consumer but the lake looks at. */
const MADE_OF_IT: ReadonlySet<string> = new Set([
  'event_key',
  'arrived_at',
  'engagement',
  'score',
  'key_words',
  'sentiment.score',
  'sentiment.label',
  'features',
  'raw',
]);

/** Whether a value is a row of the lake, and not an event as it was sent. */
export function isLakeRow(value: unknown): value is Readonly<Record<string, unknown>> & { readonly event_key: string } {
  return typeof value === 'object' && value !== null && 'event_key' in value && typeof value.event_key === 'string';
}

function valueAt(value: unknown, place: readonly string[]): unknown {
  let at: unknown = value;
  for (const name of place) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}

function setAt(target: Record<string, unknown>, [first = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    target[first] = value;
    return;
  }
  const inner = (target[first] ??= {}) as Record<string, unknown>;
  setAt(inner, rest, value);
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}
