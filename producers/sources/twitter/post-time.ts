import { isoTime, isoTimeOf } from '../../network/loose.ts';
import type { XPost } from './payload.ts';

/** Milliseconds since 1970 at which the clock of the ids starts. */
const ID_EPOCH_MS = 1_288_834_974_657n;
const ID_TIME_SHIFT = 22n;
/** The first id with a time in it; earlier ones only count (November 2010). */
const FIRST_TIMED_ID = 29_700_859_247n;

/** Ids of all versions of a post, the first one first. */
export function versionsOf(post: XPost): readonly string[] {
  const versions = post.edit_history_tweet_ids.length > 0 ? post.edit_history_tweet_ids : post.edit_history_post_ids;
  return versions.length > 0 ? versions : [post.id];
}

/**
 * When the first version of a post was written, to the second as X tells it: an edit carries only the time of the edit,
 * but the id of the first version. Undefined for a post without a time and with an old or strange id.
 */
export function createdAtOf(post: XPost): string | undefined {
  const [first = post.id] = versionsOf(post);
  const told = first === post.id ? isoTimeOf(post.created_at) : undefined;
  return told ?? secondOf(timeOfIdMs(first)) ?? isoTimeOf(post.created_at);
}

function secondOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : isoTime(ms - (ms % 1_000));
}

/** Milliseconds since 1970 in an id (https://github.com/twitter-archive/snowflake); undefined where there is none. */
function timeOfIdMs(id: string): number | undefined {
  if (!/^\d{1,19}$/.test(id)) return undefined;
  const number = BigInt(id);
  return number < FIRST_TIMED_ID ? undefined : Number((number >> ID_TIME_SHIFT) + ID_EPOCH_MS);
}

/** An id as it would have been so much earlier. */
export function earlierId(id: string, ms: number): string {
  const timeMs = timeOfIdMs(id);
  return timeMs === undefined ? id : idAt(timeMs - ms);
}

/** The lowest id of a time in milliseconds since 1970. */
export function idAt(timeMs: number): string {
  return String(BigInt(Math.max(0, timeMs - Number(ID_EPOCH_MS))) << ID_TIME_SHIFT);
}
