import { randomUUID } from 'node:crypto';

import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

import { extractPhrases } from '../../core/phrases.ts';
import { scoreSentiment } from '../../core/afinn.ts';
import { documentClient, s3Client } from '../../storage/aws-clients.ts';
import { backOff } from '../../storage/backoff.ts';
import { liveStore } from '../../storage/live-store.ts';
import { markStore } from '../../storage/mark-store.ts';
import { keepRejectedIn } from '../../storage/rejected-store.ts';
import { heedsFailures, readBatchEnv } from '../shared/batch-failures.ts';
import { describeError } from '../shared/describe-error.ts';
import { functionLog } from '../shared/function-log.ts';
import { logsFailures } from '../shared/invocation.ts';
import { functionMetrics, reportBatch, reportFailedBatch } from '../shared/metrics.ts';
import { readEnv } from './env.ts';
import { writeLive } from './write-live.ts';

const env = readEnv();
const log = functionLog('write-live');
const metrics = functionMetrics('write-live');
const documents = documentClient();
const secret = await new SecretsManagerClient().send(
  new GetSecretValueCommand({ SecretId: env.AUTHOR_SALT_SECRET_ARN }),
);
if (secret.SecretString === undefined) throw new Error(`secret ${env.AUTHOR_SALT_SECRET_ARN} holds no text`);

export const handler = logsFailures(
  log,
  heedsFailures(
    readBatchEnv(),
    writeLive({
      live: liveStore({ documents, tableNames: env.LIVE_TABLE_NAMES, pause: backOff }),
      marks: markStore({ documents, tableName: env.MARK_TABLE_NAME, newToken: randomUUID, now: Date.now }),
      keepRejected: keepRejectedIn({ s3: s3Client(), bucketName: env.REJECTED_BUCKET_NAME }),
      settings: { ...env.TREND_SETTINGS, authorSalt: secret.SecretString, engine: { extractPhrases, scoreSentiment } },
      now: Date.now,
      reportBatch: (counts) => reportBatch(metrics, counts),
      reportFailure: (error) => {
        log.error('the batch is tried again: a store did not take it', { error: { ...describeError(error) } });
        reportFailedBatch(metrics);
      },
    }),
  ),
);
