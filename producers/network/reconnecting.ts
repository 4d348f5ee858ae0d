import type { ReadContext, Received } from './network.ts';
import { seconds } from './poll.ts';
import { retries } from './retries.ts';

/** What a network delivers over connections that end. */
export interface Connections {
  /**
   * Opens one and delivers what comes, until it ends. It throws what is worth telling, and returns where a connection
   * has ended as they all do.
   * @param onGood to be called when the connection brings what it is for
   */
  readonly connect: (onGood: () => void) => AsyncIterable<Received>;
  /** Asked after everything that is delivered: whether that was the last. @default - nothing is */
  readonly isOver?: () => boolean;
}

/**
 * Delivers connection after connection until the signal is aborted. The next one is opened after a back-off, or when
 * the network said.
 * @throws what does not pass; SourceError where only what there is is wanted and five connections in a row were not good
 */
export async function* reconnecting(
  { connect, isOver = () => false }: Connections,
  { clock, signal, once, notify, count }: Pick<ReadContext, 'clock' | 'signal' | 'once' | 'notify' | 'count'>,
): AsyncGenerator<Received> {
  const attempts = retries({ clock, once });
  while (!signal.aborted) {
    let waitMs: number;
    try {
      for await (const received of connect(() => attempts.succeeded())) {
        yield received;
        if (isOver()) return;
      }
      if (signal.aborted) return;
      waitMs = attempts.ended();
    } catch (error) {
      if (signal.aborted) return;
      const retry = attempts.failed(error);
      waitMs = retry.waitMs;
      notify(`${retry.problem}; connecting again in ${seconds(waitMs)}.`);
    }
    count('reconnects');
    await clock.wait(waitMs, signal);
  }
}
