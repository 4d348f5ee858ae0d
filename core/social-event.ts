import * as z from 'zod';

import { SOURCES } from './sources.ts';

const MAX_ID_BYTES = 512;
const MAX_METRIC = 1_000_000_000;
const MAX_HASHTAGS = 1_000;
const MAX_TAGS = 100;

const utf8 = new TextEncoder();

/** Milliseconds since 1970 of a time of the contract. */
export function epochMs(time: string): number {
  return Date.parse(time);
}

const Time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'must be ISO 8601 UTC with milliseconds')
  .refine(isCalendarTime, 'is not a time of the calendar');

/** Times of the first 28 days, which every month has: most times need no calendar. */
const EVERY_MONTH = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d/;

/** Of a text of the right form: `Date.parse` takes hour 24 and days that a month has not, and goes on to a later day. */
function isCalendarTime(time: string): boolean {
  return EVERY_MONTH.test(time) || new Date(time).getUTCDate() === Number(time.slice(8, 10));
}

const Id = z
  .string()
  // A UTF-16 unit takes at most three bytes: most ids need no count.
  .refine(
    (id) => id.length * 3 <= MAX_ID_BYTES || utf8.encode(id).length <= MAX_ID_BYTES,
    `must be at most ${MAX_ID_BYTES} bytes`,
  )
  .refine((id) => !/[\p{Cc}\p{Cs}]/u.test(id), 'must not contain control characters')
  .refine((id) => SOURCES.some((source) => id.startsWith(`${source}:`) && id.length > source.length + 1), {
    message: 'must be <source>:<native id>',
  });

const Count = z.int().min(0).max(MAX_METRIC);

/** What a post has gathered when it was observed. A missing number is unknown, never 0. */
const MetricsSchema = z.looseObject({
  replies: Count.optional(),
  reposts: Count.optional(),
  likes: Count.optional(),
  quotes: Count.optional(),
  comments: Count.optional(),
  score: z.int().min(-MAX_METRIC).max(MAX_METRIC).optional(),
  rsvps: Count.optional(),
});

const AuthorSchema = z.looseObject({
  id: z.string().min(1),
  handle: z.string().optional(),
  name: z.string().optional(),
  followers: Count.optional(),
  location: z.string().optional(),
  created_at: z.string().optional(),
  verified: z.boolean().optional(),
});

const PlaceSchema = z.looseObject({
  name: z.string().optional(),
  city: z.string().optional(),
  state: z.string().optional(),
  country: z.string().optional(),
  lat: z.number().min(-90).max(90).optional(),
  lon: z.number().min(-180).max(180).optional(),
});

const RefSchema = z.looseObject({
  reply_to: z.string().optional(),
  quote_of: z.string().optional(),
  repost_of: z.string().optional(),
});

const Identity = {
  v: z.literal(1),
  id: Id,
  created_at: Time,
  observed_at: Time,
};

/** The kinds of event that add to the tables; `delete` takes a post out again. */
export const POST_KINDS = ['post', 'comment', 'repost', 'event', 'edit'] as const;
const ALL_KINDS = [...POST_KINDS, 'delete'].map((kind) => JSON.stringify(kind)).join('|');

const list = z.array(z.string());

/**
 * One observation of a post, comment, repost, event or edit (contract, version 1). Unknown fields pass. A list or
 * `metrics` that is absent reads as empty; every other field without `optional` must be there.
 */
export const PostSchema = z.looseObject({
  ...Identity,
  source: z.enum(SOURCES),
  kind: z.enum(POST_KINDS, `Invalid option: expected one of ${ALL_KINDS}`),
  text: z.string(),
  truncated: z.boolean().optional(),
  title: z.string().optional(),
  lang: z.string().optional(),
  url: z.string().optional(),
  author: AuthorSchema.optional(),
  metrics: MetricsSchema.default({}),
  tags: list.max(MAX_TAGS).default([]),
  hashtags: list.max(MAX_HASHTAGS).default([]),
  mentions: list.default([]),
  urls: list.default([]),
  media: z.array(z.enum(['image', 'video', 'gif'])).default([]),
  annotations: z.array(z.looseObject({ domain: z.string(), entity: z.string() })).default([]),
  place: PlaceSchema.optional(),
  category: z.string().optional(),
  ref: RefSchema.optional(),
  raw: z.record(z.string(), z.unknown()).optional(),
});

/** The wish of the author or the network that a post be gone: its id and times, nothing else is looked at. */
export const DeleteSchema = z.looseObject({
  ...Identity,
  kind: z.literal('delete'),
});

/** An observation that adds to the tables. */
export type Post = z.infer<typeof PostSchema>;

/** An observation that takes a post out of the tables. */
export type Delete = z.infer<typeof DeleteSchema>;

/** What every Kinesis record of the stream holds: one JSON document, UTF-8. */
export type SocialEvent = Post | Delete;

/** A number of a post that may weigh in its score. */
export const METRICS = ['replies', 'reposts', 'likes', 'quotes', 'comments', 'score', 'rsvps'] as const;
export type Metric = (typeof METRICS)[number];

/** Whether the event takes its post out of the tables. */
export function isDelete(event: SocialEvent): event is Delete {
  return event.kind === 'delete';
}
