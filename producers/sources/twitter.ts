import { seconds } from '../network/poll.ts';
import type { Network, ReadContext, Received } from '../network/network.ts';
import { openBudget, type PostBudget } from './twitter/budget.ts';
import { openConnectLog, type ConnectLog } from './twitter/connect-log.ts';
import { SourceError } from '../source-error.ts';
import { failureOf, type Failure } from './twitter/failure.ts';
import { freeConnections } from './twitter/free-connections.ts';
import { compareIds, searchSince } from './twitter/gap-fill.ts';
import { normaliseTwitter } from './twitter/normalise.ts';
import { openPostStream } from './twitter/post-stream.ts';
import { earlierId, idAt } from './twitter/post-time.ts';
import { reconnectRules, type Reconnect } from './twitter/reconnect.ts';
import { tagPrefix } from './twitter/rules.ts';
import { syncRules } from './twitter/sync-rules.ts';

/** The stream is some seconds out of order: what is older than the newest post may not have come yet. */
const OUT_OF_ORDER_MS = 15_000;
/** When a search is tried again; by then the stream has kept what came meanwhile, and it has to be taken. */
const SEARCH_AGAIN_MS = [5_000, 20_000, 60_000];
/** So far back a single round goes where there was no run before. */
const ONCE_MS = 15 * 60_000;

/** X, read from the filtered stream, by the rules of the preset, within its budget. */
export const twitter: Network = {
  read,
  normalise: normaliseTwitter,
  matchesTopics: true,
  flags: {
    'keep-rules': { type: 'boolean', about: 'leaves the rules at X as they are, and takes what any of them matches.' },
    'skip-gaps': { type: 'boolean', about: 'does not search for what was missed while nobody was connected.' },
  },
};

interface Reader {
  readonly context: ReadContext;
  readonly budget: PostBudget;
  readonly connects: ConnectLog;
  readonly rules: Reconnect;
  /** The highest id that was delivered; undefined before the first. */
  newestId: string | undefined;
  areRulesSet: boolean;
  /** How often in a row another connection was in the way. */
  taken: number;
}

async function* read(context: ReadContext): AsyncGenerator<Received> {
  const { clock, signal, once, notify, flags } = context;
  const reader: Reader = {
    context,
    budget: await openBudget(context.preset.twitterBudget, context),
    connects: await openConnectLog(context),
    rules: reconnectRules(clock),
    newestId: context.resumeAfter,
    areRulesSet: flags['keep-rules'] === true,
    taken: 0,
  };
  notify(`Reading X: ${reader.budget.describe()}.`);
  try {
    while (!signal.aborted) {
      if (await waitForBudget(reader)) return;
      if (once) {
        yield* round(reader);
        return;
      }
      await clock.wait(yield* connection(reader), signal);
    }
  } finally {
    await reader.budget.settle();
  }
}

/** What was written since the last run, by search. @throws SourceError, also for what would pass */
async function* round(reader: Reader): AsyncGenerator<Received> {
  const { context, newestId = idAt(context.clock.now() - ONCE_MS) } = reader;
  try {
    for (const post of await searchSince(context, newestId)) yield await paidFor(reader, post);
  } catch (error) {
    throw new SourceError(`${failureOf(error).what}.`, { cause: error });
  }
}

/** Waits while nothing may be read; true if there is nothing to wait for, as only one round is wanted. */
async function waitForBudget({ budget, context }: Reader): Promise<boolean> {
  const { clock, signal, once, notify } = context;
  const pauseMs = budget.pauseMs();
  if (pauseMs === 0) return false;
  const until = new Date(clock.now() + pauseMs).toISOString();
  notify(
    `The budget does not allow more now (${budget.describe()}); ${once ? 'that is it' : `waiting until ${until}`}.`,
  );
  if (!once) await clock.wait(pauseMs, signal);
  return once;
}

/** One connection to its end; returns after how many milliseconds there may be another. */
async function* connection(reader: Reader): AsyncGenerator<Received, number> {
  const { context, rules, connects } = reader;
  try {
    if (!reader.areRulesSet) await setRules(reader);
    await context.clock.wait(connects.delayMs(), context.signal);
    if (context.signal.aborted) return 0;
    yield* stream(reader);
    return 0;
  } catch (error) {
    if (context.signal.aborted) return 0;
    const failure = failureOf(error);
    const waitMs = rules.failed(failure);
    context.count('reconnects');
    context.notify(`${failure.what}; connecting again ${waitMs === 0 ? 'at once' : `in ${seconds(waitMs)}`}.`);
    await cure(reader, failure);
    return waitMs;
  }
}

async function setRules(reader: Reader): Promise<void> {
  const changes = await syncRules(reader.context);
  reader.areRulesSet = true;
  if (changes > 0) reader.context.notify(`${changes} rules at X were changed to those of the preset.`);
}

/** What waiting alone does not heal. */
async function cure(reader: Reader, { kind }: Failure): Promise<void> {
  if (kind === 'no-rules') reader.areRulesSet = false;
  reader.taken = kind === 'taken' ? reader.taken + 1 : 0;
  // The first time it is the connection of a moment ago, which X lets go of soon.
  if (reader.taken < 2) return;
  reader.context.notify('Asking X to end all connections of this app.');
  await freeConnections(reader.context);
}

/** Delivers the posts of one connection, first those that were missed; ends when the budget is spent. */
async function* stream(reader: Reader): AsyncGenerator<Received> {
  const { context, rules, connects, budget } = reader;
  await connects.add();
  const posts = await openPostStream(context);
  rules.opened();
  reader.taken = 0;
  try {
    for (const missed of await missedPosts(reader)) yield await paidFor(reader, missed);
    for await (const payload of posts.messages()) {
      const received = await paidFor(reader, payload);
      if (isOfOurRules(payload, context)) yield received;
      else context.count('posts of other rules');
      if (budget.pauseMs() > 0) return;
    }
  } finally {
    posts.close();
  }
}

/** What the search finds; one that fails in a way that passes is tried again while the stream waits. */
async function missedPosts({ context, newestId }: Reader): Promise<unknown[]> {
  if (newestId === undefined || context.flags['skip-gaps'] === true) return [];
  const { clock, signal, count, notify } = context;
  for (const againMs of [...SEARCH_AGAIN_MS, undefined]) {
    try {
      const missed = await searchSince(context, earlierId(newestId, OUT_OF_ORDER_MS));
      if (missed.length > 0) count('posts found by search', missed.length);
      return missed;
    } catch (error) {
      if (signal.aborted) return [];
      const { why, passes } = whyNot(error);
      if (!passes || againMs === undefined) {
        // The stream is what counts; what a search would have found is lost, and said to be.
        count('gaps');
        notify(`What was missed cannot be searched for (${why}).`);
        return [];
      }
      notify(`What was missed cannot be searched for now (${why}); trying again in ${seconds(againMs)}.`);
      await clock.wait(againMs, signal);
    }
  }
  return [];
}

function whyNot(error: unknown): { readonly why: string; readonly passes: boolean } {
  try {
    return { why: failureOf(error).what, passes: true };
  } catch (fatal) {
    if (fatal instanceof SourceError) return { why: fatal.message.replace(/\.$/, ''), passes: false };
    throw fatal;
  }
}

/** What X delivers is paid for, wanted or not. */
async function paidFor(reader: Reader, payload: unknown): Promise<Received> {
  await reader.budget.spend();
  const id = idOf(payload);
  if (id !== undefined && (reader.newestId === undefined || compareIds(id, reader.newestId) > 0)) reader.newestId = id;
  return { payload, ...(reader.newestId !== undefined && { cursor: reader.newestId }) };
}

function idOf(payload: unknown): string | undefined {
  const id: unknown = Reflect.get(Object(Reflect.get(Object(payload), 'data')), 'id');
  return typeof id === 'string' && /^\d{1,19}$/.test(id) ? id : undefined;
}

/** Two presets, or another program, may use the same app: its stream has the posts of all rules. */
function isOfOurRules(payload: unknown, { flags, preset }: ReadContext): boolean {
  const rules: unknown = Reflect.get(Object(payload), 'matching_rules');
  if (flags['keep-rules'] === true || !Array.isArray(rules)) return true;
  const prefix = tagPrefix(preset.name);
  return rules.some((rule) => String(Reflect.get(Object(rule), 'tag')).startsWith(prefix));
}
