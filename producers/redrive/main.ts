import { parseArgs } from 'node:util';

import { REJECTION_REASONS } from '../../core/parse-event.ts';
import { checkPreset, runCommand, SetupError, UsageError } from '../../deployment/command-line.ts';
import { findSearch, readIngestion, readTrends } from '../../deployment/read-outputs.ts';
import { parseSince } from '../../deployment/since.ts';
import { clientConfig, resolveTarget, type Target } from '../../deployment/target.ts';
import { s3Client } from '../../storage/aws-clients.ts';
import { GIVEN_UP } from '../../storage/kept-object.ts';
import { keptStoreIn } from '../../storage/kept-store.ts';
import { keepRejectedIn } from '../../storage/rejected-store.ts';
import type { IndexDeps } from '../../storage/search/index-events.ts';
import { openIndex } from '../../storage/search/open-index.ts';
import { openSink } from '../open-sink.ts';
import { progressLine } from '../progress-line.ts';
import { AbortedPutError, FatalPutError } from '../put-error.ts';
import { COMMON_OPTIONS } from '../sources/common-options.ts';
import { listenForStop } from '../stop-signals.ts';
import { redrive } from './redrive.ts';
import { redriveJson, redriveLines } from './report.ts';

const REASONS = [...REJECTION_REASONS, GIVEN_UP];

const USAGE = `Usage: npm run redrive -- [--since 24h] [--reason R] [--dry-run] [--all] [--stream-only] [--json] [--preset trends] [--target aws]
Sends rejected records, and batches that Lambda gave up, to the stream again, and moves what was sent under redriven/.
Where there is a search index, they are put into it as well; what it does not take stays, to be sent again.
Put the cause right first: what still cannot be processed is rejected and kept anew. Running it twice is harmless.
All reasons are sent unless --reason names one: which of them can be processed now, only the deployed app knows.
--since: 90m, 24h, 7d or a UTC time; only what was kept since then. --dry-run: only says what there is, by reason.
--all: names every object, not three of each reason; on a terminal with the first 60 characters of its record. The
object in the bucket has it whole (base64, in "data"). --json: "kept" has key, reason and detail of every object.
--stream-only: leaves the search index to its feed, as where this command may not write to it.
--reason: one of
${REASONS.map((reason) => `  ${reason}`).join('\n')}`;

const HOUR_MS = 3_600_000;
const EXIT_GIVEN_UP = 130;
const EXIT_NOT_INDEXED = 1;

await runCommand(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      ...COMMON_OPTIONS,
      since: { type: 'string' },
      reason: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      all: { type: 'boolean', default: false },
      'stream-only': { type: 'boolean', default: false },
    },
  });
  const request = {
    sinceMs: values.since === undefined ? 0 : parseSince(values.since, Date.now()),
    reason: checkReason(values.reason),
    ...(values.all || values.json ? { examples: Infinity } : {}),
    // Content of posts is for eyes: what is piped ends in files and logs.
    withPreview: values.all && !values.json && process.stdout.isTTY,
  };
  const [target, preset, isDry] = [resolveTarget(values), checkPreset(values.preset), values['dry-run']];
  const { RejectedBucketName: bucketName } = await readIngestion(target, preset);
  const { TrendSettings: settings } = await readTrends(target, preset);
  const line = progressLine(process.stderr, Date.now);
  const { stop, giveUp } = listenForStop(Date.now);
  const sink = isDry ? undefined : await openSink(target, preset);
  giveUp.addEventListener('abort', () => sink?.abort());
  const s3 = s3Client(clientConfig(target));
  const index = isDry || values['stream-only'] ? undefined : await openSearch(target, preset, { s3, bucketName });
  const deps = {
    store: keptStoreIn({ s3, bucketName }),
    sink,
    index,
    inTimeFromMs: Date.now() - settings.lateHours * HOUR_MS,
    stop,
    onProgress: (objects: number, total: number) =>
      line.update(`${objects} of ${total} objects ${isDry ? 'read' : 'read and sent'}`),
  };
  try {
    const summary = await redrive(deps, request);
    line.clear();
    const isNarrowed = values.since !== undefined || values.reason !== undefined;
    const options = { isDry, isNarrowed, isWhole: values.all, bucketName };
    console.log(values.json ? redriveJson(summary, options) : redriveLines(summary, options).join('\n'));
    if (!summary.isComplete) return EXIT_GIVEN_UP;
    return summary.untaken === undefined ? 0 : EXIT_NOT_INDEXED;
  } catch (error) {
    if (error instanceof AbortedPutError) return EXIT_GIVEN_UP;
    throw error instanceof FatalPutError ? new SetupError(error.message, { cause: error }) : error;
  }
});

/** The index of the preset; undefined where no search stage is deployed. */
async function openSearch(
  target: Target,
  preset: string,
  rejected: Parameters<typeof keepRejectedIn>[0],
): Promise<IndexDeps | undefined> {
  const search = await findSearch(target, preset);
  if (search === undefined) return undefined;
  const { SearchEndpoint: endpoint, SearchSettings: settings } = search;
  return openIndex({ endpoint, settings, keepRejected: keepRejectedIn(rejected) });
}

function checkReason(reason: string | undefined): string | undefined {
  if (reason === undefined || REASONS.some((known) => known === reason)) return reason;
  throw new UsageError(`--reason is ${JSON.stringify(reason)}; allowed is one of ${REASONS.join(', ')}.`);
}
