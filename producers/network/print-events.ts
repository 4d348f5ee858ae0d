import { once } from 'node:events';
import type { Writable } from 'node:stream';

import { encodeItem, rejectionText } from '../encode-event.ts';
import type { Source } from '../source.ts';

export interface PrintOptions {
  readonly source: Source;
  readonly stop: AbortSignal;
  readonly output: Writable;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Told of every event that was printed. */
  readonly onPrinted: () => void;
  /** Told of every item that is no event. */
  readonly onRejected: (place: string, reason: string) => void;
}

/** Prints the events of a source, one as JSON per line, exactly as the stream would get them. */
export async function printEvents({ source, stop, output, now, onPrinted, onRejected }: PrintOptions): Promise<void> {
  for await (const item of source({ signal: stop })) {
    if (item.kind === 'passed') continue;
    const encoded = encodeItem(item, now());
    if (encoded.ok) {
      onPrinted();
      if (!output.write(`${Buffer.from(encoded.data).toString('utf8')}\n`)) await once(output, 'drain');
    } else onRejected(item.place, rejectionText(encoded));
    if (stop.aborted) break;
  }
}
