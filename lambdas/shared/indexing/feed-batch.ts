import type { Context } from 'aws-lambda';

import { indexItems, type FeedItem, type IndexCounts, type IndexDeps } from '../../../storage/search/index-events.ts';

/** What a batch came to, for the metrics. */
export interface IndexedBatch {
  readonly counts: IndexCounts;
  /** Good events that wait for another attempt. */
  readonly unfinished: number;
  readonly isBlocked: boolean;
}

export interface FeedDeps {
  readonly index: IndexDeps;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly report: (batch: IndexedBatch) => void;
  /** Told of a failure that the whole batch is retried for. */
  readonly reportFailure: (error: unknown) => void;
}

/** What the time of an invocation is short of, so that its answer still gets out. */
const MARGIN_MS = 2_000;

/** What is known of the time that an invocation has left. */
export type TimeLeft = Pick<Context, 'getRemainingTimeInMillis'>;

/** When an invocation has to be done, by the clock of `now`. */
export function deadlineOf(context: TimeLeft, now: () => number): number {
  return now() + context.getRemainingTimeInMillis() - MARGIN_MS;
}

/** A record of a stream that a feed reads. */
export interface SequencedItem extends FeedItem {
  readonly sequenceNumber: string;
}

/** The answer that Lambda understands: everything from this record on is tried again; empty: all is done. */
export interface BatchAnswer {
  readonly batchItemFailures: { itemIdentifier: string }[];
}

/**
 * Indexes a batch of a stream. What the server did not take is asked for again from the first such record on, which is
 * harmless: a document that is there already stays as it is.
 */
export async function indexBatch(
  deps: FeedDeps,
  items: readonly SequencedItem[],
  context: TimeLeft,
): Promise<BatchAnswer> {
  try {
    const { counts, unfinished, isBlocked } = await indexItems(deps.index, items, deadlineOf(context, deps.now));
    deps.report({ counts, unfinished: unfinished.length, isBlocked });
    const open = new Set<SequencedItem>(unfinished);
    return answer(items.find((item) => open.has(item))?.sequenceNumber);
  } catch (error) {
    deps.reportFailure(error);
    return answer(items[0]?.sequenceNumber ?? '');
  }
}

function answer(firstFailed: string | undefined): BatchAnswer {
  return { batchItemFailures: firstFailed === undefined ? [] : [{ itemIdentifier: firstFailed }] };
}
