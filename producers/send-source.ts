import type { SocialEvent } from '../core/social-event.ts';
import { SetupError } from '../deployment/command-line.ts';
import { openTrends } from '../deployment/open-trends.ts';
import { readTrends } from '../deployment/read-outputs.ts';
import { clientConfig, type Target } from '../deployment/target.ts';
import { documentClient } from '../storage/aws-clients.ts';
import { expectedRows, findRowsIn, type ExpectedRows } from './await-live.ts';
import { CheckpointError, consecutiveRun, type CheckpointStore } from './checkpoint.ts';
import { rejectionText } from './encode-event.ts';
import type { KinesisSink } from './kinesis-sink.ts';
import { openSink } from './open-sink.ts';
import { progressLine, type ProgressLine } from './progress-line.ts';
import { AbortedPutError, FatalPutError } from './put-error.ts';
import { runProducer, type RunSummary } from './run-producer.ts';
import { sendJson, sendLines } from './send-report.ts';
import type { OfferedItem, Rejection, Source } from './source.ts';
import { SourceError } from './source-error.ts';
import { listenForStop, type StopSignals } from './stop-signals.ts';
import { wait } from './wait.ts';

export interface SendOptions {
  readonly source: Source;
  readonly target: Target;
  readonly preset: string;
  /** Wait until everything is in the live tables. */
  readonly wait: boolean;
  /** Print the summary as one JSON object on standard output. */
  readonly json: boolean;
  /** Remembers how far the source is stored. */
  readonly checkpoint?: CheckpointStore | undefined;
  /** Shown behind the counts while it goes on. @default - nothing */
  readonly details?: () => string;
  /** Told again and again what has been done so far. */
  readonly onTick?: (counts: SentCounts) => void;
  /** Told of every item that is no event. */
  readonly onRejected?: (item: OfferedItem, why: Rejection) => void;
  /** Said behind `Further ones are only counted`: where to find them. @default - nothing */
  readonly rejectedAt?: string;
  /** Where it tells how it goes. @default - standard error */
  readonly line?: ProgressLine;
  /** What stops it. @default - Ctrl-C */
  readonly signals?: StopSignals;
}

/** What a run has done so far. */
export interface SentCounts {
  readonly sent: number;
  readonly rejected: number;
}

const TICK_MS = 500;
/** Rejected items that are told one by one; the others are only counted. */
const TOLD = 20;

const EXIT = { done: 0, missing: 3, givenUp: 130 } as const;

/**
 * Sends a source to the stream of a deployed app, tells how it goes, and sums it up.
 * @returns exit code: 0, 3 if rows did not appear, 130 if a person gave it up
 * @throws SetupError for what a person must put right
 */
export async function sendSource(options: SendOptions): Promise<number> {
  const { line = progressLine(process.stderr, Date.now), signals = listenForStop(Date.now) } = options;
  const { stop, giveUp } = signals;
  const sink = await openSink(options.target, options.preset);
  const abort = (): void => sink.abort();
  giveUp.addEventListener('abort', abort);
  const rows = options.wait ? await openRows(options, line, stop) : undefined;
  const startedMs = Date.now();
  try {
    const summary = await drive(options, { sink, stop, line, rows });
    const seconds = Math.max(0.001, (Date.now() - startedMs) / 1_000);
    // Whoever stops the sending does not want to wait either.
    const wasStopped = stop.aborted;
    if (rows !== undefined && !wasStopped) line.say(`Sent ${summary.sent}; waiting for the live tables …`);
    const missing = rows === undefined || wasStopped ? undefined : await rows.arrived();
    const outcome = { ...summary, seconds, missing, tooLate: rows?.tooLate() };
    if (options.json) console.log(sendJson(outcome));
    else for (const sentence of sendLines(outcome)) line.say(sentence);
    if (missing === undefined || missing === 0) return EXIT.done;
    return stop.aborted ? EXIT.givenUp : EXIT.missing;
  } catch (error) {
    const { sent, pending } = sink.counts();
    if (pending > 0) {
      const again = options.checkpoint === undefined ? '' : '; the next run goes on with them';
      line.say(`Given up: ${sent} events were sent, ${pending} were not${again}.`);
    }
    if (error instanceof AbortedPutError) return EXIT.givenUp;
    throw isForPeople(error) ? new SetupError(error.message, { cause: error }) : error;
  } finally {
    giveUp.removeEventListener('abort', abort);
    sink.destroy();
  }
}

const PERSON_ERRORS = [FatalPutError, SourceError, CheckpointError];

function isForPeople(error: unknown): error is Error {
  return PERSON_ERRORS.some((kind) => error instanceof kind);
}

async function openRows(
  { target, preset }: SendOptions,
  line: ProgressLine,
  signal: AbortSignal,
): Promise<ExpectedRows> {
  const { stores, settings } = await openTrends(target, preset);
  const { LiveTableNames } = await readTrends(target, preset);
  return expectedRows({
    findRows: findRowsIn(documentClient(clientConfig(target)), LiveTableNames),
    addMarks: (names) => stores.marks.add(names),
    settings,
    now: Date.now,
    wait,
    signal,
    report: (state) =>
      line.update(
        'missing' in state
          ? `${state.missing} events are not in the live tables yet`
          : `All are in the live tables; marking their ${state.marking} minutes`,
      ),
  });
}

interface Driving {
  readonly sink: KinesisSink;
  readonly stop: AbortSignal;
  readonly line: ProgressLine;
  readonly rows: ExpectedRows | undefined;
}

async function drive(options: SendOptions, { sink, stop, line, rows }: Driving): Promise<RunSummary> {
  const { source, checkpoint } = options;
  const resumeAfter = await checkpoint?.read();
  stop.addEventListener('abort', () => tellStop(sink, line), { once: true });
  if (resumeAfter !== undefined && checkpoint !== undefined) line.say(checkpoint.describe(resumeAfter));
  const run = consecutiveRun();
  const kept = checkpoint?.follow(run);
  let rejected = 0;
  let savedMs = Date.now();
  const ticking = setInterval(() => {
    if (checkpoint !== undefined && Date.now() - savedMs >= checkpoint.everyMs) {
      savedMs = Date.now();
      // A write that fails is tried again; the one at the end says why.
      void kept?.save().catch(() => undefined);
    }
    tell(options, sink, line, rejected);
  }, TICK_MS);
  try {
    return await runProducer({
      source,
      sink,
      stop,
      resumeAfter,
      run,
      now: Date.now,
      onAccepted: (event: SocialEvent) => rows?.expect(event),
      onRejected: (item, why) => {
        rejected += 1;
        if (rejected <= TOLD) line.say(`${item.place} is not sent: ${rejectionText(why)}`);
        if (rejected === TOLD) line.say(`Further ones are only counted${options.rejectedAt ?? ''}.`);
        options.onRejected?.(item, why);
      },
    });
  } finally {
    clearInterval(ticking);
    await kept?.save();
    options.onTick?.({ sent: sink.counts().sent, rejected });
  }
}

/** Whoever stops while the stream takes nothing would wait without knowing why. */
function tellStop(sink: KinesisSink, line: ProgressLine): void {
  const { pending } = sink.counts();
  if (pending > 0) line.say(`Sending the last ${pending}; Ctrl-C again gives them up.`);
}

function tell({ target, details, onTick }: SendOptions, sink: KinesisSink, line: ProgressLine, rejected: number): void {
  const { sent, retried, pending, trouble } = sink.counts();
  const problem = trouble === undefined ? '' : `; ${target.label} does not take them (${trouble}), trying again`;
  line.update(`${sent} sent, ${retried} sent again, ${pending} on their way${details?.() ?? ''}${problem}`);
  onTick?.({ sent, rejected });
}
