import type { SQSEvent } from 'aws-lambda';

import { LAKE_PREFIXES } from '../../storage/lake/lake-layout.ts';
import { UnreadableObjectError } from '../../storage/errors.ts';
import type { LakeStore } from '../../storage/lake/lake-store.ts';
import { indexObject } from '../../storage/search/index-object.ts';
import { createdKeys } from './created-objects.ts';
import { deadlineOf, type BatchAnswer, type FeedDeps, type TimeLeft } from '../shared/indexing/feed-batch.ts';

export interface IndexLakeDeps extends FeedDeps {
  readonly lake: LakeStore;
  /** The bucket of the lake. */
  readonly bucketName: string;
}

/**
 * The handler that puts the objects of the lake into the index as they come. A message whose objects the server did not
 * take whole stays in the queue; what is indexed by then stays as it is when they are read again.
 */
export function indexLake(deps: IndexLakeDeps) {
  return async (event: SQSEvent, context: TimeLeft): Promise<BatchAnswer> => {
    const batchItemFailures: { itemIdentifier: string }[] = [];
    for (const { messageId, body } of event.Records)
      if (!(await indexMessage(deps, body, context))) batchItemFailures.push({ itemIdentifier: messageId });
    return { batchItemFailures };
  };
}

async function indexMessage(deps: IndexLakeDeps, body: string, context: TimeLeft): Promise<boolean> {
  try {
    for (const key of createdKeysIn(body, deps.bucketName)) if (!(await indexKey(deps, key, context))) return false;
    return true;
  } catch (error) {
    deps.reportFailure(error);
    return false;
  }
}

/** One that is gone by now has been replaced, or its time is over. */
async function indexKey({ lake, index, ...deps }: IndexLakeDeps, key: string, context: TimeLeft): Promise<boolean> {
  const content = await lake.open(key);
  if (content === undefined) return true;
  const result = await indexObject(index, content, { key, deadlineMs: () => deadlineOf(context, deps.now) });
  const { counts, isFinished, isBlocked } = result;
  deps.report({ counts, unfinished: isFinished ? 0 : 1, isBlocked });
  return isFinished;
}

function createdKeysIn(body: string, bucketName: string): readonly string[] {
  const keys = createdKeys(body, { bucketName, prefix: LAKE_PREFIXES.raw });
  if (keys === undefined) throw new UnreadableObjectError('a message of the queue is no notification of S3');
  return keys;
}
