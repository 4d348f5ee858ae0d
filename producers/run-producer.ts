import type { SocialEvent } from '../core/social-event.ts';
import type { ConsecutiveRun } from './checkpoint.ts';
import { encodeItem } from './encode-event.ts';
import type { KinesisSink } from './kinesis-sink.ts';
import type { OfferedItem, Rejection, Source } from './source.ts';

/** What a run came to. */
export interface RunSummary {
  readonly sent: number;
  readonly retried: number;
  readonly rejected: number;
  /** How many were rejected for each reason. */
  readonly reasons: ReadonlyMap<string, number>;
}

export interface RunOptions {
  readonly source: Source;
  readonly sink: KinesisSink;
  /** Aborted when a person wants to stop: nothing more is read, what was read is sent. */
  readonly stop: AbortSignal;
  readonly resumeAfter?: string | undefined;
  /** Follows the cursors of the items that are stored. */
  readonly run: ConsecutiveRun;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Told of every event that is to be sent. */
  readonly onAccepted: (event: SocialEvent) => void;
  /** Told of every item that is no event. */
  readonly onRejected: (item: OfferedItem, why: Rejection) => void;
}

/**
 * Drives a source into the sink until it ends or a person stops it, and waits until all is stored.
 * @throws FatalPutError or AbortedPutError if something was not sent, and what the source throws after the rest is sent
 */
export async function runProducer(options: RunOptions): Promise<RunSummary> {
  const { source, sink, stop, resumeAfter, run } = options;
  const reasons = new Map<string, number>();
  try {
    for await (const item of source({ signal: stop, resumeAfter })) {
      const stored = run.begin(item.cursor);
      if (item.kind === 'passed') stored();
      else {
        const rejection = await send(item, options, stored);
        if (rejection !== undefined) reasons.set(rejection.reason, (reasons.get(rejection.reason) ?? 0) + 1);
      }
      if (stop.aborted) break;
    }
  } finally {
    // What was read before a source broke off is sent; a sink that has failed says so again.
    await sink.flush();
  }
  const { sent, retried } = sink.counts();
  return { sent, retried, rejected: [...reasons.values()].reduce((sum, count) => sum + count, 0), reasons };
}

/** Hands an item to the sink; if it is no event, tells and returns why. */
async function send(
  item: OfferedItem,
  { sink, now, onAccepted, onRejected }: RunOptions,
  stored: () => void,
): Promise<Rejection | undefined> {
  const encoded = encodeItem(item, now());
  if (encoded.ok) {
    onAccepted(encoded.event);
    await sink.put(encoded.data, stored);
    return undefined;
  }
  onRejected(item, encoded);
  stored();
  return encoded;
}
