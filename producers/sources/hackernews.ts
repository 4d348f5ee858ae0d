import type { Network, ReadContext, Received } from '../network/network.ts';
import { poll } from '../network/poll.ts';
import { hackerNews } from './hackernews/api.ts';
import { normaliseHackerNews } from './hackernews/normalise.ts';
import { walk } from './hackernews/walk.ts';
import { watch } from './hackernews/watch.ts';

const PAUSE_MS = 5_000;

/** Hacker News: every item once as it is written, and again as it changes. The cursor is an id. */
export const hackernews: Network = { read, normalise: normaliseHackerNews };

async function* read(context: ReadContext): AsyncGenerator<Received> {
  const { clock, count } = context;
  const api = hackerNews(context);
  const resumeAfter = idIn(context.resumeAfter);
  const items = watch({ api, clock, count, resumeAfter });
  const steps = walk({ api, clock, count, resumeAfter, onItem: (item) => items.saw(item) });
  const round = async function* (): AsyncGenerator<Received> {
    yield* steps.round();
    yield* items.round();
  };
  yield* poll(round, context, { pauseMs: () => PAUSE_MS });
}

function idIn(cursor: string | undefined): number | undefined {
  return /^\d{1,15}$/.test(cursor ?? '') ? Number(cursor) : undefined;
}
