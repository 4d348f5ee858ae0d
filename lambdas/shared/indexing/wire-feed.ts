import { s3Client } from '../../../storage/aws-clients.ts';
import { keepRejectedIn } from '../../../storage/rejected-store.ts';
import { openIndex } from '../../../storage/search/open-index.ts';
import { describeError } from '../describe-error.ts';
import { functionLog } from '../function-log.ts';
import { functionMetrics, reportFailedBatch, reportIndexed } from '../metrics.ts';
import type { FeedDeps } from './feed-batch.ts';
import { readEnv } from './search-env.ts';

/** Wires a feed of the index to its environment. @param name the function in `lambdas/` */
export function wireFeed(name: string) {
  const env = readEnv();
  const log = functionLog(name);
  const metrics = functionMetrics(name);
  const s3 = s3Client();
  const deps: FeedDeps = {
    index: openIndex({
      endpoint: env.SEARCH_ENDPOINT,
      settings: env.SEARCH_SETTINGS,
      keepRejected: keepRejectedIn({ s3, bucketName: env.REJECTED_BUCKET_NAME }),
    }),
    now: Date.now,
    report: (result) => reportIndexed(metrics, result),
    reportFailure: (error) => {
      log.error('the batch is tried again: it could not be indexed', { error: { ...describeError(error) } });
      reportFailedBatch(metrics);
    },
  };
  return { log, s3, deps };
}
