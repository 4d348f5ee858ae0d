import type { EventSourceMessage } from 'eventsource-parser/stream';

import { TransientError } from '../../network/http.ts';
import type { ReadContext } from '../../network/network.ts';
import { seconds } from '../../network/poll.ts';
import { watchdog, type Watchdog } from '../../network/watchdog.ts';
import { BrokenStreamError, connectEvents } from './connect.ts';
import type { Listening } from './kept-place.ts';
import { rewound } from './place.ts';

/** All wikis together never rest for a second. */
const SILENCE_MS = 60_000;

/**
 * The events of one connection, until it ends or the signal is aborted.
 * @throws TransientError if nothing comes for a minute, and whatever `connectEvents` throws
 */
export async function* listen(
  { addresses, userAgent, clock, signal }: ReadContext,
  { lastId, sinceMs }: Listening,
): AsyncGenerator<EventSourceMessage> {
  const silent = new AbortController();
  const since = sinceMs === undefined ? '' : `?since=${new Date(sinceMs).toISOString()}`;
  const dog = patient((onSilence) => watchdog(clock, SILENCE_MS, { signal, onSilence }), silent);
  try {
    const events = connectEvents({
      url: `${addresses['WIKIMEDIA_STREAM_URL']}/v2/stream/recentchange${lastId === undefined ? since : ''}`,
      headers: { 'user-agent': userAgent, ...(lastId !== undefined && { 'last-event-id': rewound(lastId) }) },
      signal: AbortSignal.any([signal, silent.signal]),
      onAlive: () => dog.seen(),
    });
    for await (const event of events) {
      if (event.event === 'error') throw new BrokenStreamError('Wikimedia breaks off with an error');
      dog.rest();
      yield event;
      dog.wake();
    }
  } finally {
    dog.end();
  }
  if (silent.signal.aborted) throw new TransientError(`Wikimedia was silent for ${seconds(SILENCE_MS)}`);
}

interface PatientWatchdog extends Watchdog {
  /** The event is in the hands of others, who may take their time: meanwhile nobody listens. */
  rest(): void;
  wake(): void;
}

/** A watchdog that does not mind silence while nobody listens. */
function patient(start: (onSilence: () => void) => Watchdog, silent: AbortController): PatientWatchdog {
  let isResting = false;
  let hasEnded = false;
  const begin = (): Watchdog =>
    start(() => {
      hasEnded = isResting;
      if (!isResting) silent.abort();
    });
  let dog = begin();
  return {
    seen: () => dog.seen(),
    end: () => dog.end(),
    rest: () => void (isResting = true),
    wake() {
      isResting = false;
      if (hasEnded) dog = begin();
      else dog.seen();
      hasEnded = false;
    },
  };
}
