import { SourceError } from '../../source-error.ts';
import {
  hostOf,
  readJsonAnswer,
  retryAfterHeaderMs,
  TransientError,
  type HttpAnswer,
  type JsonApi,
} from '../../network/http.ts';
import type { ReadContext } from '../../network/network.ts';
import { seconds } from '../../network/poll.ts';
import type { Timeline } from './timelines.ts';

/** So many statuses are in a page at most (https://docs.joinmastodon.org/methods/timelines/#public). */
export const PAGE_SIZE = 40;
/** A server counts requests over five minutes; one that says more has another clock. */
const LONGEST_WAIT_MS = 900_000;

/** The questions that a server answers. @throws what `readJsonAnswer` does */
export interface MastodonApi {
  /** The statuses of a timeline that come next after an id, or the last ones; in the order of the server. */
  page(timeline: Timeline, minId: string | undefined): Promise<unknown[]>;
  /** What the server says of itself; undefined if it is too old to. */
  instance(): Promise<unknown>;
  /** Headers of every request. */
  readonly headers: Readonly<Record<string, string>>;
  /** What errors of it mean. */
  readonly errors: JsonApi;
}

/** The server at the address of the context; waits where it has been asked as often as it allows. */
export function mastodonApi(context: ReadContext): MastodonApi {
  const { addresses, credentials, http, signal, clock, notify } = context;
  const url = addresses['MASTODON_URL'] ?? '';
  const token = credentials.values['MASTODON_TOKEN'];
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const errors: JsonApi = {
    title: 'Mastodon',
    refused: REFUSED,
    retryAfterMs: (answer) => untilResetMs(answer, clock.now()) ?? retryAfterHeaderMs(answer),
  };
  let openAtMs = 0;
  const ask = async (path: string): Promise<HttpAnswer> => {
    const waitMs = openAtMs - clock.now();
    if (waitMs > 0) {
      notify(`${hostOf(url)} takes no more questions for now; going on in ${seconds(waitMs)}.`);
      await clock.wait(waitMs, signal);
    }
    const answer = await http({ url: `${url}/api/${path}`, headers }, signal);
    const isSpent = answer.headers['x-ratelimit-remaining'] === '0';
    openAtMs = isSpent ? clock.now() + (untilResetMs(answer, clock.now()) ?? 0) : 0;
    return answer;
  };
  return {
    headers,
    errors,
    async page(timeline, minId) {
      const query = { ...timeline.query, limit: String(PAGE_SIZE), ...(minId !== undefined && { min_id: minId }) };
      const answer = await ask(`v1/timelines/${timeline.path}?${new URLSearchParams(query).toString()}`);
      if (answer.status === 404 && timeline.kind === 'tag') return [];
      const page = readJsonAnswer(checked(answer, hostOf(url)), errors);
      if (!Array.isArray(page)) throw new TransientError('Mastodon answers something that is no timeline');
      return page;
    },
    async instance() {
      const answer = await ask('v2/instance');
      return answer.status === 404 ? undefined : readJsonAnswer(answer, errors);
    },
  };
}

const REFUSED =
  'set MASTODON_TOKEN to a valid access token with the scope read:statuses, or MASTODON_URL to a server whose timelines anybody may read.';

/** @throws SourceError for answers of servers that have no public timeline, or show it to their people only */
function checked(answer: HttpAnswer, host: string): HttpAnswer {
  if (answer.status === 404)
    throw new SourceError(`${host} has no public timeline: set MASTODON_URL to a server of Mastodon.`);
  // "This method requires an authenticated user"
  if (answer.status === 422) throw new SourceError(`Mastodon refuses us (422): ${REFUSED}`);
  return answer;
}

/** Milliseconds until `x-ratelimit-reset`, a time (https://docs.joinmastodon.org/api/rate-limits/#headers). */
function untilResetMs({ headers }: HttpAnswer, nowMs: number): number | undefined {
  const resetMs = Date.parse(headers['x-ratelimit-reset'] ?? '');
  return Number.isNaN(resetMs) ? undefined : Math.min(LONGEST_WAIT_MS, Math.max(0, resetMs - nowMs));
}
