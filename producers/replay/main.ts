import { parseArgs } from 'node:util';

import { SOURCES, type Source } from '../../core/sources.ts';
import { checkPreset, runCommand, SetupError, UsageError } from '../../deployment/command-line.ts';
import { parseTime } from '../../deployment/option-values.ts';
import { readLake, readTrends } from '../../deployment/read-outputs.ts';
import { clientConfig, resolveTarget, type Target } from '../../deployment/target.ts';
import { documentClient, s3Client } from '../../storage/aws-clients.ts';
import { backOff } from '../../storage/backoff.ts';
import { TransientStoreError } from '../../storage/errors.ts';
import { findLiveRowsIn } from '../../storage/find-live-rows.ts';
import { lakeStoreIn } from '../../storage/lake/lake-store.ts';
import { originalsKeptDays } from '../../storage/lake/originals-retention.ts';
import type { ArrivalRange } from '../../storage/lake/originals.ts';
import { openSink } from '../open-sink.ts';
import { progressLine } from '../progress-line.ts';
import { AbortedPutError, FatalPutError } from '../put-error.ts';
import { COMMON_OPTIONS } from '../sources/common-options.ts';
import { listenForStop } from '../stop-signals.ts';
import { replay, type ReplayDeps, type ReplaySummary } from './replay.ts';
import { replayJson, replayLines } from './report.ts';

const USAGE = `Usage: npm run replay -- --from 2026-11-20T10 --to 2026-11-20T12 [--source twitter] [--to-stream | --dry-run] [--json] [--preset trends] [--target aws]
Puts records that came to the stream in that time, as the lake keeps them, through the pipeline again, byte for byte:
what is there already stays as it is, and nothing is counted twice. --from, --to: UTC hours or days of arrival; --to does
not belong to it, and is the next full hour unless given.
After an outage of the delivery to the lake, records lie in the hours in which they were caught up with: --to has to reach
past these.
--to-stream sends them. --dry-run, or neither of the two, only says how many there are, and which windows
would change at most: an observation that is missing changes none where a later one of its post is there.
What is no event is never sent. It is counted in pieces, of all networks, as records without line ends between them run
together: \`npm run redrive -- --dry-run\` has them one by one.`;

const HOUR_MS = 3_600_000;
const EXIT_GIVEN_UP = 130;

await runCommand(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      ...COMMON_OPTIONS,
      from: { type: 'string' },
      to: { type: 'string' },
      source: { type: 'string' },
      'to-stream': { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
    },
  });
  if (values['to-stream'] && values['dry-run']) throw new UsageError('Say --to-stream or --dry-run, not both.');
  const request = { arrived: rangeOf(values.from, values.to), source: checkSource(values.source) };
  const [target, preset, isDry] = [resolveTarget(values), checkPreset(values.preset), !values['to-stream']];
  const { LakeBucketName: bucketName } = await readLake(target, preset);
  const s3 = s3Client(clientConfig(target));
  const line = progressLine(process.stderr, Date.now);
  const deps = await openDeps({ target, preset, isDry }, lakeStoreIn({ s3, bucketName }), (done, total) =>
    line.update(`${done} of ${total} objects ${isDry ? 'read' : 'read and sent'}`),
  );
  const summary = await run(deps, request);
  if (summary === undefined) return EXIT_GIVEN_UP;
  line.clear();
  const keptDays = await originalsKeptDays(s3, bucketName);
  const options = { isDry, ...request, keptDays, nowMs: Date.now() };
  console.log(values.json ? replayJson(summary, options) : replayLines(summary, options).join('\n'));
  return summary.isComplete ? 0 : EXIT_GIVEN_UP;
});

interface Place {
  readonly target: Target;
  readonly preset: string;
  readonly isDry: boolean;
}

async function openDeps(
  { target, preset, isDry }: Place,
  lake: ReplayDeps['lake'],
  onProgress: ReplayDeps['onProgress'],
): Promise<ReplayDeps> {
  const { LiveTableNames: tableNames, TrendSettings: settings } = await readTrends(target, preset);
  const { stop, giveUp } = listenForStop(Date.now);
  const common = { lake, settings, now: Date.now, stop, onProgress };
  if (isDry) {
    const documents = documentClient(clientConfig(target));
    return { ...common, to: { findRows: findLiveRowsIn({ documents, tableNames, pause: backOff }) } };
  }
  const sink = await openSink(target, preset);
  giveUp.addEventListener('abort', () => sink.abort());
  return { ...common, to: { sink } };
}

/** @returns undefined if it was given up */
async function run(deps: ReplayDeps, request: Parameters<typeof replay>[1]): Promise<ReplaySummary | undefined> {
  try {
    return await replay(deps, request);
  } catch (error) {
    if (error instanceof AbortedPutError) return undefined;
    if (error instanceof FatalPutError || error instanceof TransientStoreError)
      throw new SetupError(error.message, { cause: error });
    throw error;
  }
}

function rangeOf(from: string | undefined, to: string | undefined): ArrivalRange {
  if (from === undefined) throw new UsageError('Say --from.');
  const nextHourMs = (Math.floor(Date.now() / HOUR_MS) + 1) * HOUR_MS;
  const range = { fromMs: parseHour('from', from), toMs: to === undefined ? nextHourMs : parseHour('to', to) };
  if (range.fromMs < range.toMs) return range;
  throw new UsageError('--from is not before --to.');
}

/** Originals are kept by the hour. */
function parseHour(option: string, text: string): number {
  const [, day, hour = '00'] = /^(\d{4}-\d\d-\d\d)(?:T(\d\d)(?::00)?Z?)?$/.exec(text) ?? [];
  if (day !== undefined) return parseTime(option, `${day}T${hour}:00`);
  throw new UsageError(
    `--${option} is ${JSON.stringify(text)}; allowed is a UTC hour or day such as 2026-11-20T10 or 2026-11-20.`,
  );
}

function checkSource(source: string | undefined): Source | undefined {
  const known = SOURCES.find((name) => name === source);
  if (known !== undefined || source === undefined) return known;
  throw new UsageError(`--source is ${JSON.stringify(source)}; allowed is one of ${SOURCES.join(', ')}.`);
}
