import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

import * as z from 'zod';

import type { Source } from '../../core/sources.ts';
import { eventLines } from '../../storage/event-lines.ts';
import { SourceError } from '../source-error.ts';
import { jsonOrUndefined } from './json.ts';
import type { Network, Received } from './network.ts';

/** Keeps what was received: a line each, with the time. */
export interface Recording {
  record(received: Pick<Received, 'payload' | 'receivedAt'>): Promise<void>;
  close(): Promise<void>;
}

const LineSchema = z.object({ source: z.string(), received_at: z.string(), payload: z.unknown() });
/** Damaged lines that are told one by one. */
const TOLD = 3;

/** Appends to a file. @throws SourceError if it cannot be written, here or later */
export async function recordTo(path: string, source: Source): Promise<Recording> {
  const file = createWriteStream(path, { flags: 'a', mode: 0o600 });
  let failure: Error | undefined;
  file.on('error', (error) => (failure = error));
  const check = (): void => {
    if (failure !== undefined)
      throw new SourceError(`The recording ${path} cannot be written: ${failure.message}.`, { cause: failure });
  };
  await once(file, 'open').catch(() => undefined);
  check();
  return {
    async record({ payload, receivedAt }) {
      check();
      const line = `${JSON.stringify({ source, received_at: receivedAt, payload })}\n`;
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
export function replayOf(path: string, source: Source, network: Network): Network {
  return {
    ...network,
    async *read({ signal, notify, count }) {
      let [number, damaged] = [0, 0];
      for await (const line of readable(path)) {
        number += 1;
        if (signal.aborted) return;
        if (line?.byteLength === 0) continue;
        const recorded = line === undefined ? undefined : recordedIn(line);
        if (recorded !== undefined) yield checkedSource(recorded, source, path);
        else if (damaged === number - 1 && number > TOLD) throw noRecording(path);
        else {
          damaged += 1;
          count('damaged lines');
          if (damaged <= TOLD) notify(`Line ${number} of ${path} is damaged, and left out.`);
        }
      }
      if (damaged === number) throw noRecording(path);
    },
  };
}

function noRecording(path: string): SourceError {
  return new SourceError(`${path} is no recording: --replay reads what --record has written.`);
}

async function* readable(path: string): ReturnType<typeof eventLines> {
  try {
    yield* eventLines(path);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'damaged';
    throw new SourceError(`The recording ${path} cannot be read (${reason}).`, { cause: error });
  }
}

/** Undefined for a line that a recording has not, or that was cut short. */
function recordedIn(line: Uint8Array): z.infer<typeof LineSchema> | undefined {
  return LineSchema.safeParse(jsonOrUndefined(Buffer.from(line).toString('utf8'))).data;
}

function checkedSource(
  { source, payload, received_at }: z.infer<typeof LineSchema>,
  wanted: Source,
  path: string,
): Received {
  if (source === wanted) return { payload, receivedAt: received_at };
  throw new SourceError(`${path} is a recording of ${source}: replay it with npm run producer:${source}.`);
}
