import { createWriteStream } from 'node:fs';
import { access } from 'node:fs/promises';

import * as z from 'zod';

import { eventLines } from '../../storage/event-lines.ts';
import { SourceError } from '../source-error.ts';
import type { Network, Received } from './network.ts';

/** Keeps what was received: a line each, with the time. */
export interface Recording {
  record(received: Pick<Received, 'payload' | 'receivedAt'>): Promise<void>;
  close(): Promise<void>;
}

const LineSchema = z.object({ received_at: z.string(), payload: z.unknown() });

/** Appends to a file. @throws SourceError if it cannot be written */
export function recordTo(path: string): Recording {
  const file = createWriteStream(path, { flags: 'a', mode: 0o600 });
  let failure: Error | undefined;
  file.on('error', (error) => (failure = error));
  const check = (): void => {
    if (failure !== undefined)
      throw new SourceError(`The recording ${path} cannot be written: ${failure.message}.`, { cause: failure });
  };
  return {
    async record({ payload, receivedAt }) {
      check();
      const line = `${JSON.stringify({ received_at: receivedAt, payload })}\n`;
      if (file.write(line)) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      file.once('drain', resolve).once('close', resolve);
      await promise;
    },
    async close() {
      const { promise, resolve } = Promise.withResolvers<void>();
      file.once('close', resolve);
      if (file.closed) resolve();
      else file.end();
      await promise;
      check();
    },
  };
}

/** A network that delivers what was recorded of it, from the first line to the last. */
export function replayOf(path: string, network: Network): Network {
  return {
    ...network,
    async *read({ signal, notify }) {
      let number = 0;
      for await (const line of readable(path)) {
        number += 1;
        if (signal.aborted) return;
        if (line === undefined || line.byteLength === 0) continue;
        const received = receivedIn(line);
        if (received !== undefined) yield received;
        else notify(`Line ${number} of ${path} is not of a recording, and left out.`);
      }
    },
  };
}

async function* readable(path: string): ReturnType<typeof eventLines> {
  try {
    await access(path);
  } catch (error) {
    throw new SourceError(`There is no recording ${path}.`, { cause: error });
  }
  yield* eventLines(path);
}

/** Undefined for a line that a recording has not, or that was cut short. */
function receivedIn(line: Uint8Array): Received | undefined {
  try {
    const { payload, received_at } = LineSchema.parse(JSON.parse(Buffer.from(line).toString('utf8')));
    return { payload, receivedAt: received_at };
  } catch {
    return undefined;
  }
}
