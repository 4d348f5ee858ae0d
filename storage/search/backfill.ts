import type { Pause } from '../backoff.ts';
import { TransientStoreError } from '../errors.ts';
import { dayPrefixes } from '../lake/lake-layout.ts';
import type { LakeObject, LakeStore } from '../lake/lake-store.ts';
import { NO_COUNTS, sumCounts, type IndexCounts, type IndexDeps } from './index-events.ts';
import { indexObject } from './index-object.ts';

/** Events of the lake by when they were created, in epoch milliseconds; the second end does not belong to it. */
export interface BackfillRange {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface BackfillDeps {
  readonly lake: LakeStore;
  readonly index: IndexDeps;
  readonly pause: Pause;
  readonly onProgress: (objects: number, total: number) => void;
}

/** What a backfill came to. */
export interface BackfillResult {
  readonly objects: number;
  readonly counts: IndexCounts;
}

const MAX_ATTEMPTS = 8;
/** What the server has not taken of a batch by then is tried again, with its object; an object may take any time. */
const BATCH_MS = 600_000;

/**
 * Puts the events of a range of the lake into the index. What is there already stays as it is: it may run any number of
 * times, beside the feed that is deployed.
 * @throws TransientStoreError if the server does not take an object, however often it is tried
 */
export async function backfill(deps: BackfillDeps, range: BackfillRange): Promise<BackfillResult> {
  const objects: LakeObject[] = [];
  for (const prefix of dayPrefixes(range.fromMs, range.toMs))
    for await (const object of deps.lake.list(prefix)) objects.push(object);
  let counts = NO_COUNTS;
  for (const [done, { key }] of objects.entries()) {
    deps.onProgress(done, objects.length);
    counts = sumCounts(counts, await backfillObject(deps, key, range));
  }
  return { objects: objects.length, counts };
}

async function backfillObject(
  { lake, index, pause }: BackfillDeps,
  key: string,
  created: BackfillRange,
): Promise<IndexCounts> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const content = await lake.open(key);
    if (content === undefined) return NO_COUNTS;
    const { counts, isFinished, isBlocked } = await indexObject(index, content, {
      key,
      created,
      deadlineMs: () => index.now() + BATCH_MS,
    });
    if (isFinished) return counts;
    if (isBlocked)
      throw new TransientStoreError('The search server takes no documents (full disk, read only, or no permission)');
    await pause(attempt);
  }
  throw new TransientStoreError('The search server does not take documents now');
}
