import type { RejectionReason } from '../../core/parse-event.ts';
import type { Post } from '../../core/social-event.ts';

/** A way in which a record is no event. */
export interface Rubbish {
  readonly name: string;
  readonly reason: RejectionReason;
  /** The record, made of a good post that arrives at a time (epoch milliseconds). */
  readonly make: (post: Post, arrivedAtMs: number) => Uint8Array;
}

const HOUR_MS = 3_600_000;

/** Every kind of record that is no event; of each reason for which records of the lake are rejected at least one. */
export const RUBBISH: readonly Rubbish[] = [
  {
    name: 'bytes that are no UTF-8',
    reason: 'not_utf8',
    make: (post) => Buffer.from(textOf(post), 'utf16le').fill(0xff, 0, 2),
  },
  { name: 'nothing at all', reason: 'not_json', make: () => new Uint8Array() },
  { name: 'half an event', reason: 'not_json', make: (post) => Buffer.from(textOf(post).slice(0, -20)) },
  {
    name: 'two events without anything between them',
    reason: 'not_json',
    make: (post) => Buffer.from(textOf(post).repeat(2)),
  },
  {
    name: 'a page of an error',
    reason: 'not_json',
    make: () => Buffer.from('<html><body>502 Bad Gateway</body></html>'),
  },
  kind('another version', 'unsupported_version', (post) => ({ ...post, v: 2 })),
  kind('a list', 'invalid_event', (post) => [post]),
  kind('null', 'invalid_event', () => null),
  kind('no id', 'invalid_event', ({ id: _, ...post }) => post),
  kind('an id of another network', 'invalid_event', (post) => ({ ...post, id: `nowhere:${post.id}` })),
  kind('an id with a line end', 'invalid_event', (post) => ({ ...post, id: `${post.id}\n` })),
  kind('a count below zero', 'invalid_event', (post) => ({ ...post, metrics: { likes: -1 } })),
  kind('a day that the calendar has not', 'invalid_event', (post) => ({
    ...post,
    created_at: '2026-02-30T00:00:00.000Z',
  })),
  kind('a post of 2005', 'created_before_2006', (post) => ({ ...post, created_at: '2005-12-31T23:59:59.999Z' })),
  kind('a post seen an hour before it was written', 'created_in_future', (post) => ({
    ...post,
    observed_at: iso(Date.parse(post.created_at) - HOUR_MS),
  })),
  kind('a post seen in three days', 'observed_in_future', (post, arrivedAtMs) => ({
    ...post,
    observed_at: iso(arrivedAtMs + 72 * HOUR_MS),
  })),
  {
    name: 'half a character',
    reason: 'unprocessable',
    make: (post) => Buffer.from(textOf({ ...post, text: '\ud83d' })),
  },
];

function kind(name: string, reason: RejectionReason, change: (post: Post, arrivedAtMs: number) => unknown): Rubbish {
  return { name, reason, make: (post, arrivedAtMs) => Buffer.from(textOf(change(post, arrivedAtMs))) };
}

function textOf(value: unknown): string {
  return JSON.stringify(value);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
