import { fetchHttp, type Http } from '../../../producers/network/http.ts';
import type { VirtualClock } from '../virtual-clock.ts';

const TIMEOUT_MS = 30_000;

/** HTTP that gives up by virtual time. */
export interface ImpatientHttp {
  readonly http: Http;
  /** Requests that are under way. */
  readonly pending: () => number;
}

/** Asks over real sockets; where no answer comes within 30 s of the clock, it fails as it does by the real one. */
export function impatientHttp(clock: VirtualClock): ImpatientHttp {
  const ask = fetchHttp('test');
  let pending = 0;
  return {
    pending: () => pending,
    async http(request, signal) {
      pending += 1;
      const [late, answered] = [new AbortController(), new AbortController()];
      void clock.wait(TIMEOUT_MS, answered.signal).then(() => late.abort());
      try {
        return await ask(request, AbortSignal.any([signal, late.signal]));
      } finally {
        answered.abort();
        pending -= 1;
      }
    },
  };
}
