import { createHash } from 'node:crypto';

import * as z from 'zod';

import { maybe } from '../../network/loose.ts';

/** Fields that say that a post or comment is gone. */
export const GONE_FIELDS = {
  selftext: maybe(z.string()),
  body: maybe(z.string()),
  removed_by_category: maybe(z.string()),
};

const GONE_TEXTS = new Set(['[deleted]', '[removed]', '[ Removed by Reddit ]']);

/** Whether a post or comment was deleted by its author or removed by anybody else. */
export function isGone(data: {
  readonly selftext?: string | undefined;
  readonly body?: string | undefined;
  readonly removed_by_category?: string | undefined;
}): boolean {
  const { selftext, body, removed_by_category: remover } = data;
  return (remover ?? '') !== '' || GONE_TEXTS.has(selftext ?? '') || GONE_TEXTS.has(body ?? '');
}

/** What of a post or comment decides whether and when it is delivered. */
export interface Thing {
  /** As Reddit sent it. */
  readonly payload: unknown;
  /** Its fullname (`t3_1owp9ad`); of a payload without one, a name that stands for its content. */
  readonly name: string;
  /** Seconds since 1970; undefined if it does not say. */
  readonly createdS: number | undefined;
  readonly isGone: boolean;
  /** Changes when its author or a moderator has changed it. */
  readonly version: string;
  /** Changes with its score and number of comments. */
  readonly counts: string;
}

const ThingSchema = z.object({
  data: z.object({
    name: z.string().min(1).max(100),
    created_utc: maybe(z.number().positive()),
    edited: maybe(z.number()),
    score: maybe(z.number()),
    num_comments: maybe(z.number()),
    ...GONE_FIELDS,
  }),
});

/** Reads that; every payload is a thing. */
export function readThing(payload: unknown): Thing {
  const parsed = ThingSchema.safeParse(payload);
  if (!parsed.success) return { ...UNREADABLE, payload, name: digest(payload) };
  const { data } = parsed.data;
  const gone = isGone(data);
  return {
    payload,
    name: data.name,
    createdS: data.created_utc,
    isGone: gone,
    version: `${gone} ${data.edited}`,
    counts: `${data.score} ${data.num_comments}`,
  };
}

const UNREADABLE = { createdS: undefined, isGone: false, version: '', counts: '' };

function digest(payload: unknown): string {
  return createHash('sha256').update(JSON.stringify(payload)).digest('base64url');
}
