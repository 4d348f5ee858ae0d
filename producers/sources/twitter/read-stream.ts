import type { ReadContext, Received } from '../../network/network.ts';
import { searchGap } from './gap-fill.ts';
import { openPostStream, type PostStream } from './post-stream.ts';
import { idAt } from './post-time.ts';
import { openGap, received, type Reader } from './reader.ts';
import { tagPrefix } from './rules.ts';

/** The search knows a post about half a minute after it was written; then those of the overlap, too. */
const SEARCH_LAG_MS = 50_000;
/** The first posts of a connection may have been written a little before it. */
const OVERLAP_MS = 15_000;

/** Stands behind the posts that a search has found. */
const GAP_FILLED = Symbol('gap filled');

/**
 * Delivers the posts of one connection, and those that were missed before it once the search knows them; ends where the
 * budget does.
 * @throws what `failureOf` sorts
 */
export async function* readStream(reader: Reader): AsyncGenerator<Received> {
  const { context, budget, connects, reconnect } = reader;
  await connects.add();
  await budget.reserve();
  const posts = await openPostStream(context, budget);
  reconnect.opened();
  reader.taken = 0;
  const ended = new AbortController();
  const filling = fillGap(reader, posts, AbortSignal.any([context.signal, ended.signal]));
  try {
    for await (const message of posts.messages()) {
      if (message === GAP_FILLED) reader.gap = undefined;
      else yield* wanted(reader, message);
    }
  } finally {
    openGap(reader);
    ended.abort();
    posts.close();
    await filling;
  }
}

function* wanted(reader: Reader, message: unknown): Generator<Received> {
  reader.context.count('paid posts');
  const payload = withoutOthersRules(message, reader.context);
  if (payload === undefined) reader.context.count('posts of other rules');
  else yield received(reader, payload);
}

/** Searches for what was missed, and puts it among what comes. */
async function fillGap({ context, budget, gap }: Reader, posts: PostStream, signal: AbortSignal): Promise<void> {
  if (gap === undefined) return;
  const untilId = idAt(context.clock.now() + OVERLAP_MS);
  await context.clock.wait(SEARCH_LAG_MS, signal);
  if (signal.aborted) return;
  try {
    const found = await searchGap({ ...context, signal }, budget, { ...gap, untilId });
    if (signal.aborted) return;
    if (found.length > 0) context.count('posts found by search', found.length);
    for (const post of found) posts.add(post);
    posts.add(GAP_FILLED);
  } catch (error) {
    if (!signal.aborted) posts.end(error instanceof Error ? error : new Error(String(error)));
  }
}

/**
 * Two presets, or another program, may use the same app: its stream has the posts of all rules. Undefined for a post that
 * none of ours matches.
 */
function withoutOthersRules(payload: unknown, { flags, preset }: ReadContext): unknown {
  const rules: unknown = Reflect.get(Object(payload), 'matching_rules');
  if (flags['keep-rules'] === true || !Array.isArray(rules)) return payload;
  const tags = rules.map((rule) => String(Reflect.get(Object(rule), 'tag')));
  const prefix = tagPrefix(preset.name);
  if (!tags.some((tag) => tag.startsWith(prefix))) return undefined;
  const kept = rules.filter((_, i) => tags[i]?.startsWith(prefix) === true || !isOfAnotherPreset(tags[i] ?? ''));
  return kept.length === rules.length ? payload : { ...Object(payload), matching_rules: kept };
}

function isOfAnotherPreset(tag: string): boolean {
  return /^gs:[^:]*:/.test(tag);
}
