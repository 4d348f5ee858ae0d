import type * as z from 'zod';

import { DeleteSchema, PostSchema, epochMs, type Post, type SocialEvent } from './social-event.ts';

/** Why a record is not an event. */
export const PARSE_REASONS = [
  'not_utf8',
  'not_json',
  'unsupported_version',
  'invalid_event',
  'created_before_2006',
  'created_in_future',
  'observed_in_future',
  'unprocessable',
] as const;

/** Why the live tables do not take an event. */
const ROW_REASONS = ['row_too_large', 'row_refused'] as const;

/** Why the search index does not take an event. */
const INDEX_REASONS = ['index_refused'] as const;

/** Why the tables do not hold a record. */
export const TABLE_REASONS = [...PARSE_REASONS, ...ROW_REASONS] as const;

/** Why a record is rejected; counted and kept by this name. */
export const REJECTION_REASONS = [...TABLE_REASONS, ...INDEX_REASONS] as const;
export type RejectionReason = (typeof REJECTION_REASONS)[number];

/** An event, or the reason why the record holds none; `detail` names the field, never its content. */
export type ParsedEvent =
  | { readonly ok: true; readonly event: SocialEvent }
  | { readonly ok: false; readonly reason: RejectionReason; readonly detail: string };

const MINUTE_MS = 60_000;
const EARLIEST_MS = Date.UTC(2006, 0, 1);
const CLOCK_SKEW_MS = 10 * MINUTE_MS;
/** A replay moves times by whole hours, so an observation may lie ahead; one from another year must not win for ever. */
const OBSERVED_AHEAD_MS = 48 * 60 * MINUTE_MS;
const MAX_TEXT_BYTES = 32 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads one record of the stream.
 * @param data the record's bytes: one JSON document, UTF-8
 * @param arrivedAtMs when the record reached the stream (epoch milliseconds); times far ahead of it are refused
 */
export function parseEvent(data: Uint8Array, arrivedAtMs: number): ParsedEvent {
  let json: string;
  try {
    json = utf8.decode(data);
  } catch {
    return rejected('not_utf8', 'the record is not UTF-8');
  }
  return parseEventJson(json, arrivedAtMs);
}

/** Reads one event from its JSON text; see {@link parseEvent}. */
export function parseEventJson(json: string, arrivedAtMs: number): ParsedEvent {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return rejected('not_json', 'the record is not JSON');
  }
  return validateEvent(value, arrivedAtMs);
}

/** Checks a value against the contract and the clock, and cuts what is too long; see {@link parseEvent}. */
export function validateEvent(value: unknown, arrivedAtMs: number): ParsedEvent {
  if (!isRecord(value)) return rejected('invalid_event', 'the record is not a JSON object');
  if (value['v'] !== 1) return rejected('unsupported_version', 'v is not 1');
  const schema = value['kind'] === 'delete' ? DeleteSchema : PostSchema;
  const parsed = schema.safeParse(value);
  if (!parsed.success) return rejected('invalid_event', describe(parsed.error));
  const event: SocialEvent = parsed.data;
  if (event.kind !== 'delete' && !event.id.startsWith(`${event.source}:`))
    return rejected('invalid_event', 'id: does not begin with the source');
  return checkTimes(event, arrivedAtMs) ?? { ok: true, event: event.kind === 'delete' ? event : cutText(event) };
}

/** Cuts a text of more than 32 KiB, between two characters, so that every copy of an event is the same. */
export function cutText(post: Post): Post {
  // A UTF-16 unit takes at most three bytes: most texts need no count.
  if (post.text.length * 3 <= MAX_TEXT_BYTES) return post;
  const bytes = Buffer.from(post.text, 'utf8');
  if (bytes.length <= MAX_TEXT_BYTES) return post;
  let end = MAX_TEXT_BYTES;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return { ...post, text: bytes.toString('utf8', 0, end), truncated: true };
}

function checkTimes(event: SocialEvent, arrivedAtMs: number): ParsedEvent | undefined {
  const createdMs = epochMs(event.created_at);
  const observedMs = epochMs(event.observed_at);
  if (createdMs < EARLIEST_MS) return rejected('created_before_2006', 'created_at is before 2006');
  if (createdMs > observedMs + CLOCK_SKEW_MS)
    return rejected('created_in_future', 'created_at is more than ten minutes after observed_at');
  if (createdMs > arrivedAtMs + CLOCK_SKEW_MS)
    return rejected('created_in_future', 'created_at is more than ten minutes after the record arrived');
  if (observedMs > arrivedAtMs + OBSERVED_AHEAD_MS)
    return rejected('observed_in_future', 'observed_at is more than 48 hours after the record arrived');
  return undefined;
}

function rejected(reason: RejectionReason, detail: string): ParsedEvent {
  return { ok: false, reason, detail };
}

function describe(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join('.') || 'event'}: ${issue.message}`)
    .join('; ');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
