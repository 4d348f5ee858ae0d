import { s3Client } from '../../storage/aws-clients.ts';
import { openRejectedIn } from '../../storage/open-rejected.ts';
import { functionLog } from '../shared/function-log.ts';
import { logsFailures } from '../shared/invocation.ts';
import { functionMetrics, reportOpenRejected } from '../shared/metrics.ts';
import { readEnv } from './env.ts';
import { watchRejected } from './watch-rejected.ts';

const env = readEnv();
const metrics = functionMetrics('watch-rejected');

export const handler = logsFailures(
  functionLog('watch-rejected'),
  watchRejected({
    rejected: openRejectedIn({ s3: s3Client(), bucketName: env.REJECTED_BUCKET_NAME, now: Date.now }),
    lateHours: env.LATE_HOURS,
    now: Date.now,
    report: (open) => reportOpenRejected(metrics, open),
  }),
);
