import { createHash } from 'node:crypto';

import { canonicalJson } from '../core/canonical-json.ts';
import { extractKeywords } from '../core/keywords.ts';
import { extractPhrases } from '../core/phrases.ts';
import type { Post, SocialEvent } from '../core/social-event.ts';

const MINUTE_MS = 60_000;
const MAX_CATEGORY_BYTES = 256;

/** Where each kind of window that holds a time begins, is named after, and ends; by the name on the command line. */
const NAIVE_WINDOWS = {
  minute: (atMs: number) => spanFrom(floor(atMs, 1), { from: floor(atMs, 1), minutes: 1 }),
  '5-minute': (atMs: number) => spanFrom(floor(atMs, 5), { from: floor(atMs, 60), minutes: 5 }),
  hour: (atMs: number) => spanFrom(floor(atMs, 60), { from: floor(atMs, 60), minutes: 60 }),
} as const;

export type NaiveWindowName = keyof typeof NAIVE_WINDOWS;

/** The names of the windows. */
export const NAIVE_WINDOW_NAMES: readonly NaiveWindowName[] = ['minute', '5-minute', 'hour'];

/** [fromMs, toMs) in epoch milliseconds, and what the tables call it. */
export interface NaiveSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly keyDatetime: string;
}

/** The span of a window: the minute or hour that contains a time; `5-minute`: from the hour to the next boundary. */
export function naiveSpan(name: NaiveWindowName, atMs: number): NaiveSpan {
  return NAIVE_WINDOWS[name](atMs);
}

/** What is to be ranked; weights in integer millionths, by source and metric. */
export interface NaiveRequest extends Pick<NaiveSpan, 'fromMs' | 'toMs'> {
  readonly category: string;
  readonly weights: Readonly<Record<string, Readonly<Record<string, number | undefined>>>>;
}

export interface NaiveRow {
  readonly rank: number;
  readonly key_word: string;
  /** In millionths. */
  readonly score: bigint;
  readonly mentions: number;
  readonly authors: number;
}

/**
 * The ranking of a category over a span of time, straight from the formula: no tables, no windows, no summaries. Of
 * the product it shares the keyword function (`core/keywords.ts`, `core/phrases.ts`) and the canonical form of an
 * event (`core/canonical-json.ts`, RFC 8785); the events are to be valid. It neither knows when an event arrived, and
 * so counts one that came too late for the tables, nor what only a table refuses, a row over 400 kB.
 *
 * The latest observation of an id counts, once in each minute of `created_at` that observations of the id name: the
 * contract has them all name the same.
 * @param events any order, repetitions allowed
 * @returns from rank 1 on; `[]` if nothing was said
 */
export function naiveRanking(events: Iterable<SocialEvent>, request: NaiveRequest): NaiveRow[] {
  const cells = new Map<string, { score: bigint; mentions: number; authors: Set<string> }>();
  for (const post of latestObservations(events)) {
    const createdMs = Date.parse(post.created_at);
    if (post.kind === 'delete' || createdMs < request.fromMs || createdMs >= request.toMs) continue;
    if (!categoriesOf(post).has(request.category)) continue;
    for (const keyword of new Set(extractKeywords(post, extractPhrases))) {
      const cell = cells.get(keyword) ?? { score: 0n, mentions: 0, authors: new Set() };
      cell.score += scoreOf(post, request.weights);
      cell.mentions += 1;
      if (post.author) cell.authors.add(`${post.source} ${post.author.id}`);
      cells.set(keyword, cell);
    }
  }
  return [...cells]
    .toSorted(
      ([a, x], [b, y]) =>
        Number(y.score > x.score) - Number(y.score < x.score) ||
        y.mentions - x.mentions ||
        Buffer.compare(Buffer.from(a), Buffer.from(b)),
    )
    .map(([key_word, { score, mentions, authors }], i) => ({
      rank: i + 1,
      key_word,
      score,
      mentions,
      authors: authors.size,
    }));
}

function latestObservations(events: Iterable<SocialEvent>): Iterable<SocialEvent> {
  const latest = new Map<string, SocialEvent>();
  for (const event of events) {
    const post = `${event.created_at.slice(0, 16)} ${event.id}`;
    const known = latest.get(post);
    if (known === undefined || isLater(event, known)) latest.set(post, event);
  }
  return latest.values();
}

/** By `observed_at`; at the same moment a delete, then the greater hash: the order of the rows' keys. */
function isLater(a: SocialEvent, b: SocialEvent): boolean {
  const orderA = momentOf(a);
  const orderB = momentOf(b);
  return orderA === orderB ? hashOf(a) > hashOf(b) : orderA > orderB;
}

function momentOf(event: SocialEvent): string {
  return `${event.observed_at}#${event.kind === 'delete' ? 1 : 0}`;
}

/** 16 hex digits of the SHA-256 of the canonical event without `raw`. */
function hashOf({ raw: _, ...event }: SocialEvent): string {
  return createHash('sha256').update(canonicalJson(event)).digest('hex').slice(0, 16);
}

function categoriesOf(post: Post): Set<string> {
  const names = ['all', `source:${post.source}`, ...post.tags.map((tag) => `tag:${tag}`)];
  if (post.category !== undefined) names.push(`category:${post.source}/${post.category}`);
  const lowerCased = names.map((name) => name.toLowerCase());
  return new Set(lowerCased.filter((name) => Buffer.byteLength(name) <= MAX_CATEGORY_BYTES));
}

function scoreOf(post: Post, weights: NaiveRequest['weights']): bigint {
  let score = 0n;
  for (const [metric, weight = 0] of Object.entries(weights[post.source] ?? {})) {
    const count = metric === 'mention' ? 1 : post.metrics[metric];
    if (typeof count === 'number') score += BigInt(weight) * BigInt(count);
  }
  return score;
}

/** A number of millionths in decimal digits. */
export function decimalOf(millionths: bigint): string {
  if (millionths < 0n) return `-${decimalOf(-millionths)}`;
  const fraction = String(millionths % 1_000_000n).padStart(6, '0');
  return `${millionths / 1_000_000n}.${fraction}`.replace(/\.?0+$/, '');
}

function floor(timeMs: number, minutes: number): number {
  return Math.floor(timeMs / (minutes * MINUTE_MS)) * minutes * MINUTE_MS;
}

function spanFrom(keyMs: number, { from, minutes }: { from: number; minutes: number }): NaiveSpan {
  return { fromMs: from, toMs: keyMs + minutes * MINUTE_MS, keyDatetime: new Date(keyMs).toISOString().slice(0, 16) };
}
