import { setTimeout } from 'node:timers/promises';

import { lakeRowSettings } from '../../core/lake-settings.ts';
import { s3Client } from '../../storage/aws-clients.ts';
import { keepRejectedIn } from '../../storage/rejected-store.ts';
import { describeError } from '../shared/describe-error.ts';
import { functionLog } from '../shared/function-log.ts';
import { logsFailures } from '../shared/invocation.ts';
import { functionMetrics, reportTransformed } from '../shared/metrics.ts';
import { readEnv } from './env.ts';
import { transformLake } from './transform-lake.ts';

const env = readEnv();
const log = functionLog('transform-lake');
const metrics = functionMetrics('transform-lake');

export const handler = logsFailures(
  log,
  transformLake({
    settings: lakeRowSettings(env.LAKE_SETTINGS),
    keepRejected: keepRejectedIn({ s3: s3Client(), bucketName: env.REJECTED_BUCKET_NAME }),
    pause: (ms, signal) => setTimeout(ms, undefined, { signal }).catch(() => undefined),
    report: (counts) => reportTransformed(metrics, counts),
    reportFailure: (error) =>
      log.error('a rejected record could not be kept aside', { error: { ...describeError(error) } }),
  }),
);
