import { fetchHttp, type Http } from '../../../producers/network/http.ts';
import type { VirtualClock } from '../virtual-clock.ts';

/** How long `fetchHttp` waits for an answer. */
export const REQUEST_TIMEOUT_MS = 30_000;

/** Asks over real sockets, and gives a request up by virtual time. */
export function virtualHttp(clock: VirtualClock): Http {
  const ask = fetchHttp('test');
  return async (request, signal) => {
    const [late, ended] = [new AbortController(), new AbortController()];
    void clock.wait(REQUEST_TIMEOUT_MS, ended.signal).then(() => late.abort());
    try {
      return await ask(request, AbortSignal.any([signal, late.signal]));
    } finally {
      ended.abort();
    }
  };
}
