import type { Network, ReadContext, Received } from '../network/network.ts';
import { poll } from '../network/poll.ts';
import { readCursor } from './reddit/cursor.ts';
import { delivered } from './reddit/delivered.ts';
import { chosenListings, LISTINGS } from './reddit/listings.ts';
import { normaliseReddit } from './reddit/normalise.ts';
import { limitedHttp } from './reddit/rate-limit.ts';
import { rechecks } from './reddit/rechecks.ts';
import { chosenSubreddits, subreddits } from './reddit/subreddits.ts';
import { type Task, tasksOf } from './reddit/tasks.ts';

/**
 * Reddit, polled: new posts and comments without a gap from where the last run was stored, as far as Reddit shows them,
 * the ranked listings as they are, and all of it again as scores change or posts go.
 */
export const reddit: Network = {
  read,
  normalise: normaliseReddit,
  flags: {
    subreddits: { type: 'string', about: 'subreddits to read, as a,b; those of the preset unless given.' },
    listings: { type: 'string', about: `what to read of them, some of ${LISTINGS.join(',')}; all unless given.` },
  },
};

async function* read(context: ReadContext): AsyncGenerator<Received> {
  const names = chosenSubreddits(context);
  const listings = chosenListings(context);
  // snoowrap brings a hundred modules, which only this producer needs.
  const { snoowrapClient } = await import('./reddit/snoowrap-client.ts');
  const client = snoowrapClient(limitedHttp(context), context);
  const tasks = tasksOf(
    {
      context,
      client,
      subreddits: subreddits(names, client, context),
      marks: readCursor(context.resumeAfter),
      delivered: delivered(),
      rechecks: rechecks(),
      gapsToldMs: new Map(),
    },
    listings,
  );
  const { clock, once } = context;
  yield* poll(() => round(tasks, context), context, {
    pauseMs: () => (once ? 0 : Math.max(0, Math.min(...tasks.map(({ dueMs }) => dueMs)) - clock.now())),
  });
}

/** Runs what is due. After a failure the round that follows begins with what has waited longest. */
async function* round(tasks: readonly Task[], { clock, once }: ReadContext): AsyncGenerator<Received> {
  const due = tasks.filter(({ dueMs }) => dueMs <= clock.now()).toSorted((a, b) => a.dueMs - b.dueMs);
  for (const task of due) {
    const plannedMs = task.dueMs;
    try {
      yield* task.run();
    } finally {
      // A single round is complete only when every task has run.
      task.dueMs = plannedMs === task.dueMs ? clock.now() + (once ? 0 : task.pauseMs) : task.dueMs;
    }
  }
}
