import { parseArgs } from 'node:util';

import { REJECTION_REASONS } from '../../core/parse-event.ts';
import { checkPreset, runCommand, SetupError, UsageError } from '../../deployment/command-line.ts';
import { readIngestion, readTrends } from '../../deployment/read-outputs.ts';
import { parseSince } from '../../deployment/since.ts';
import { clientConfig, resolveTarget } from '../../deployment/target.ts';
import { s3Client } from '../../storage/aws-clients.ts';
import { GIVEN_UP } from '../../storage/kept-object.ts';
import { keptStoreIn } from '../../storage/kept-store.ts';
import { openSink } from '../open-sink.ts';
import { progressLine } from '../progress-line.ts';
import { AbortedPutError, FatalPutError } from '../put-error.ts';
import { COMMON_OPTIONS } from '../sources/common-options.ts';
import { listenForStop } from '../stop-signals.ts';
import { redrive } from './redrive.ts';
import { redriveJson, redriveLines } from './report.ts';

const REASONS = [...REJECTION_REASONS, GIVEN_UP];

const USAGE = `Usage: npm run redrive -- [--since 24h] [--reason R] [--dry-run] [--json] [--preset trends] [--target aws]
Sends rejected records, and batches that Lambda gave up, to the stream again, and moves what was sent under redriven/.
Put the cause right first: what still cannot be processed is rejected and kept anew. Running it twice is harmless.
All reasons are sent unless --reason names one: which of them can be processed now, only the deployed app knows.
--since: 90m, 24h, 7d or a UTC time; only what was kept since then. --dry-run: only says what there is, by reason.
--reason: one of
${REASONS.map((reason) => `  ${reason}`).join('\n')}`;

const HOUR_MS = 3_600_000;
const EXIT_GIVEN_UP = 130;

await runCommand(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      ...COMMON_OPTIONS,
      since: { type: 'string' },
      reason: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
    },
  });
  const request = {
    sinceMs: values.since === undefined ? 0 : parseSince(values.since, Date.now()),
    reason: checkReason(values.reason),
  };
  const [target, preset, isDry] = [resolveTarget(values), checkPreset(values.preset), values['dry-run']];
  const { RejectedBucketName: bucketName } = await readIngestion(target, preset);
  const { TrendSettings: settings } = await readTrends(target, preset);
  const line = progressLine(process.stderr, Date.now);
  const { stop, giveUp } = listenForStop(Date.now);
  const sink = isDry ? undefined : await openSink(target, preset);
  giveUp.addEventListener('abort', () => sink?.abort());
  const deps = {
    store: keptStoreIn({ s3: s3Client(clientConfig(target)), bucketName }),
    sink,
    inTimeFromMs: Date.now() - settings.lateHours * HOUR_MS,
    stop,
    onProgress: (objects: number, total: number) =>
      line.update(`${objects} of ${total} objects ${isDry ? 'read' : 'read and sent'}`),
  };
  try {
    const summary = await redrive(deps, request);
    line.clear();
    const isNarrowed = values.since !== undefined || values.reason !== undefined;
    console.log(
      values.json ? redriveJson(summary, { isDry }) : redriveLines(summary, { isDry, isNarrowed }).join('\n'),
    );
    return summary.isComplete ? 0 : EXIT_GIVEN_UP;
  } catch (error) {
    if (error instanceof AbortedPutError) return EXIT_GIVEN_UP;
    throw error instanceof FatalPutError ? new SetupError(error.message, { cause: error }) : error;
  }
});

function checkReason(reason: string | undefined): string | undefined {
  if (reason === undefined || REASONS.some((known) => known === reason)) return reason;
  throw new UsageError(`--reason is ${JSON.stringify(reason)}; allowed is one of ${REASONS.join(', ')}.`);
}
