import type { Network, ReadContext, Received } from '../network/network.ts';
import { seconds } from '../network/poll.ts';
import { SourceError } from '../source-error.ts';
import { failureOf, type Failure } from './twitter/failure.ts';
import { freeConnections } from './twitter/free-connections.ts';
import { searchGap } from './twitter/gap-fill.ts';
import { normaliseTwitter } from './twitter/normalise.ts';
import { earlierId, idAt } from './twitter/post-time.ts';
import { readStream } from './twitter/read-stream.ts';
import { leaveOut, openReader, received, type Reader } from './twitter/reader.ts';
import { syncRules } from './twitter/sync-rules.ts';

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

async function* read(context: ReadContext): AsyncGenerator<Received> {
  const reader = await openReader(context);
  context.notify(`Reading X: ${reader.budget.describe()}.`);
  try {
    if (context.once) yield* round(reader);
    else yield* connections(reader);
  } finally {
    await reader.budget.settle();
  }
}

/** What was written since the last run, by search. */
async function* round(reader: Reader): AsyncGenerator<Received> {
  const { context, budget } = reader;
  if (budget.pauseMs() > 0) {
    context.notify(`The budget does not allow more now: ${budget.describe()}.`);
    return;
  }
  const sinceId = reader.gap?.sinceId ?? earlierId(reader.newestId ?? idAt(context.clock.now()), ONCE_MS);
  reader.gap = undefined;
  for (const post of await searchGap(context, budget, { sinceId })) yield received(reader, post);
}

async function* connections(reader: Reader): AsyncGenerator<Received> {
  const { clock, signal } = reader.context;
  while (!signal.aborted) {
    await waitForBudget(reader);
    await clock.wait(yield* connection(reader), signal);
  }
}

/** Waits while nothing may be read. */
async function waitForBudget(reader: Reader): Promise<void> {
  const { budget, context } = reader;
  const { clock, signal, notify } = context;
  for (let pauseMs = budget.pauseMs(); pauseMs > 0 && !signal.aborted; pauseMs = budget.pauseMs()) {
    const until = new Date(clock.now() + pauseMs).toISOString();
    notify(`The budget does not allow more now (${budget.describe()}); waiting until ${until}.`);
    await clock.wait(pauseMs, signal);
    leaveOut(reader);
  }
}

/** One connection to its end; returns after how many milliseconds there may be another. */
async function* connection(reader: Reader): AsyncGenerator<Received, number> {
  const { context, connects } = reader;
  const { clock, signal } = context;
  try {
    if (!reader.areRulesSet && !signal.aborted) await setRules(reader);
    await clock.wait(connects.delayMs(), signal);
    if (!signal.aborted) yield* readStream(reader);
    return 0;
  } catch (error) {
    if (signal.aborted) return 0;
    const failure = failureOf(error);
    const waitMs = reader.reconnect.failed(failure);
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

/** What waiting alone does not heal. @throws SourceError for what only a person can do */
async function cure(reader: Reader, { kind }: Failure): Promise<void> {
  const { flags, notify } = reader.context;
  if (kind === 'no-rules' && flags['keep-rules'] === true)
    throw new SourceError('X has no rules to filter by: leave --keep-rules away, or make some.');
  if (kind === 'no-rules') reader.areRulesSet = false;
  reader.taken = kind === 'taken' ? reader.taken + 1 : 0;
  // The first time it is the connection of a moment ago, which X lets go of soon.
  if (reader.taken < 2) return;
  notify('Asking X to end the connections of this app to the stream.');
  await freeConnections(reader.context);
}
