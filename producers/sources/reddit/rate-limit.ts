import { backoff } from '../../network/backoff.ts';
import { type Http, type HttpAnswer, retryAfterHeaderMs, TransientError } from '../../network/http.ts';
import type { ReadContext } from '../../network/network.ts';
import { seconds } from '../../network/poll.ts';

/** 100 requests a minute (https://support.reddithelp.com/hc/en-us/articles/16160319875092-Reddit-Data-API-Wiki). */
const GAP_MS = 600;
/** What Reddit averages over, and so the longest time that it can ask us to wait. */
const WINDOW_MS = 600_000;
const UNTOLD_WAIT_MS = 5_000;

/**
 * An HTTP port for all requests to Reddit, whose limit they share: each waits for its turn, so that what is left lasts
 * until the limit is renewed. A request that is refused all the same (429) is sent again when Reddit said; that is no
 * failure. One request at a time.
 */
export function limitedHttp({
  http,
  clock,
  count,
  notify,
}: Pick<ReadContext, 'http' | 'clock' | 'count' | 'notify'>): Http {
  const refused = backoff(clock, { baseMs: UNTOLD_WAIT_MS, capMs: WINDOW_MS });
  let nextMs = -Infinity;
  return async (request, signal) => {
    for (;;) {
      if (nextMs > clock.now()) await clock.wait(nextMs - clock.now(), signal);
      if (signal.aborted) throw new TransientError('Reddit is not read any more');
      nextMs = clock.now() + GAP_MS;
      const answer = await http(request, signal);
      nextMs = Math.max(nextMs, clock.now() + gapMs(answer));
      if (answer.status !== 429) {
        refused.succeeded();
        return answer;
      }
      const waitMs = Math.max(GAP_MS, toldWaitMs(answer) ?? refused.failed());
      nextMs = clock.now() + waitMs;
      count('rate limited');
      notify(`Reddit is asked too often; asking again in ${seconds(waitMs)}.`);
    }
  };
}

/** Milliseconds between two requests so that what is left lasts; 0 if the answer does not say. */
function gapMs({ headers }: HttpAnswer): number {
  const resetMs = resetHeaderMs(headers) ?? 0;
  const remaining = numberOf(headers['x-ratelimit-remaining']) ?? Infinity;
  return remaining < 1 ? resetMs : resetMs / remaining;
}

function toldWaitMs(answer: HttpAnswer): number | undefined {
  const waitMs = resetHeaderMs(answer.headers) ?? retryAfterHeaderMs(answer);
  return waitMs === undefined ? undefined : Math.min(waitMs, WINDOW_MS);
}

/** Reddit tells the seconds that are left, others a time. */
function resetHeaderMs(headers: HttpAnswer['headers']): number | undefined {
  const left = numberOf(headers['x-ratelimit-reset']);
  return left === undefined ? undefined : Math.min(left * 1_000, WINDOW_MS);
}

function numberOf(text: string | undefined): number | undefined {
  const number = Number.parseFloat(text ?? '');
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}
