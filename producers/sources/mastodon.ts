import { hostOf } from '../network/http.ts';
import type { Network, ReadContext, Received } from '../network/network.ts';
import { poll } from '../network/poll.ts';
import { mastodonApi } from './mastodon/api.ts';
import { catchUp } from './mastodon/catch-up.ts';
import { normaliseMastodon } from './mastodon/normalise.ts';
import { positionsIn } from './mastodon/positions.ts';
import { readStream } from './mastodon/stream.ts';
import { polledTimelines, publicTimeline, type Timeline } from './mastodon/timelines.ts';

const PAUSE_MS = 5_000;
/** A server takes 300 requests in five minutes (https://docs.joinmastodon.org/api/rate-limits/). */
const REQUEST_MS = 1_000;

/**
 * Mastodon: the public timeline of one server, live with a token, else polled; or the hashtags of the topics. The cursor
 * is a JSON object with the last id of each timeline.
 */
export const mastodon: Network = {
  read,
  normalise: normaliseMastodon,
  flags: { remote: { type: 'boolean', about: 'also posts of other servers, as far as this one knows them.' } },
};

function read(context: ReadContext): AsyncGenerator<Received> {
  const server = hostOf(context.addresses['MASTODON_URL'] ?? '');
  const isRemote = context.flags['remote'] === true;
  const api = mastodonApi(context);
  const hasToken = context.credentials.values['MASTODON_TOKEN'] !== undefined;
  const timeline = publicTimeline(server, isRemote);
  const timelines = hasToken ? [timeline] : polledTimelines(context.preset, server, isRemote);
  const deps = { api, server, positions: positionsIn(context.resumeAfter, timelines) };
  // Up to the present moment, a timeline says the same as the stream.
  if (hasToken && !context.once) return readStream({ ...deps, timeline, context });
  const round = roundOver(timelines, (each) => catchUp(deps, each, context.once ? 'empty' : 'not full'));
  return poll(round, context, { pauseMs: () => Math.max(PAUSE_MS, timelines.length * REQUEST_MS) });
}

/** A round begins behind the last timeline that was asked, so that one that fails does not keep others waiting. */
function roundOver(timelines: readonly Timeline[], readNew: (timeline: Timeline) => AsyncIterable<Received>) {
  let next = 0;
  return async function* round(): AsyncGenerator<Received> {
    for (let left = timelines.length; left > 0; left--) {
      const timeline = timelines[next];
      next = (next + 1) % timelines.length;
      if (timeline !== undefined) yield* readNew(timeline);
    }
  };
}
