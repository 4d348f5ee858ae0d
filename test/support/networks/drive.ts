import { setImmediate as turn } from 'node:timers/promises';

import type { VirtualClock } from '../virtual-clock.ts';

/** In so many turns of the event loop a message over loopback arrives. */
const QUIET_TURNS = 40;

/**
 * Waits for work that talks to a real server by virtual time: time goes on only while the server has nothing to say.
 * @param isIdle whether nothing is on its way: no connection is open, or the one that is open is meant to be silent
 * @throws Error if it takes more than so many waits
 */
export async function drive<T>(clock: VirtualClock, work: Promise<T>, isIdle: () => boolean): Promise<T> {
  const progress = { isDone: false };
  const end = (): void => void (progress.isDone = true);
  void work.then(end, end);
  for (let quiet = 0; !progress.isDone;) {
    await turn();
    quiet = isIdle() ? quiet + 1 : 0;
    if (quiet < QUIET_TURNS) continue;
    quiet = 0;
    await clock.step();
  }
  return work;
}
