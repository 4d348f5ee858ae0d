import { lakeRowSettings } from '../../core/lake-settings.ts';
import { s3Client } from '../../storage/aws-clients.ts';
import { growObjectIn } from '../../storage/lake/growing-object.ts';
import { keepRejectedIn } from '../../storage/rejected-store.ts';
import { heedsFailures, readBatchEnv } from '../shared/batch-failures.ts';
import { describeError } from '../shared/describe-error.ts';
import { functionLog } from '../shared/function-log.ts';
import { logsFailures } from '../shared/invocation.ts';
import { functionMetrics, reportFailedBatch, reportStored } from '../shared/metrics.ts';
import { deliverLake } from './deliver-lake.ts';
import { readEnv } from './env.ts';

const env = readEnv();
const log = functionLog('deliver-lake');
const metrics = functionMetrics('deliver-lake');
const s3 = s3Client();

export const handler = logsFailures(
  log,
  heedsFailures(
    readBatchEnv(),
    deliverLake({
      settings: lakeRowSettings(env.LAKE_SETTINGS),
      grow: growObjectIn({ s3, bucketName: env.LAKE_BUCKET_NAME }),
      keepRejected: keepRejectedIn({ s3, bucketName: env.REJECTED_BUCKET_NAME }),
      report: (counts) => reportStored(metrics, counts),
      reportFailure: (error) => {
        log.error('the batch is tried again: the lake did not take it', { error: { ...describeError(error) } });
        reportFailedBatch(metrics);
      },
    }),
  ),
);
