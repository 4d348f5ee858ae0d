import { setTimeout as delay } from 'node:timers/promises';

import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';

import type { SocialEvent } from '../core/social-event.ts';
import { SetupError } from '../deployment/command-line.ts';
import { openTrends } from '../deployment/open-trends.ts';
import { readIngestion, readTrends } from '../deployment/read-outputs.ts';
import { clientConfig, type Target } from '../deployment/target.ts';
import { documentClient } from '../storage/aws-clients.ts';
import { expectedRows, findRowsIn, type ExpectedRows } from './await-live.ts';
import { consecutiveRun, readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { kinesisSink, type KinesisSink } from './kinesis-sink.ts';
import { progressLine, type ProgressLine } from './progress-line.ts';
import { AbortedPutError, FatalPutError } from './put-error.ts';
import { runProducer, type RunSummary } from './run-producer.ts';
import { listShardsOf, shardRing } from './shard-ring.ts';
import type { Source } from './source.ts';
import { listenForStop } from './stop-signals.ts';

export interface SendOptions {
  readonly source: Source;
  readonly target: Target;
  readonly preset: string;
  /** Wait until everything is in the live tables. */
  readonly wait: boolean;
  /** Print the summary as one JSON object on standard output. */
  readonly json: boolean;
  /** File that remembers how far the source is stored. */
  readonly checkpoint?: string | undefined;
}

const TICK_MS = 500;
/** Rejected items that are told one by one; the others are only counted. */
const TOLD = 20;

const EXIT = { done: 0, missing: 3, givenUp: 130 } as const;

/**
 * Sends a source to the stream of a deployed app, tells how it goes, and sums it up.
 * @returns exit code: 0, 3 if rows did not appear, 130 if a person gave it up
 */
export async function sendSource(options: SendOptions): Promise<number> {
  const line = progressLine(process.stderr, Date.now);
  const { stop, giveUp } = listenForStop(Date.now);
  const sink = await openSink(options);
  giveUp.addEventListener('abort', () => sink.abort());
  const rows = options.wait ? await openRows(options, line) : undefined;
  const startedMs = Date.now();
  try {
    const summary = await withTicks(options, sink, line, () => drive(options, { sink, stop, line, rows }));
    if (rows !== undefined && !stop.aborted) line.say(`Sent ${summary.sent}; waiting for the live tables …`);
    const missing = rows === undefined || stop.aborted ? 0 : await rows.arrived();
    report({ ...summary, missing, tooLate: rows?.tooLate(), startedMs }, options.json, line);
    return missing === 0 ? EXIT.done : EXIT.missing;
  } catch (error) {
    if (error instanceof AbortedPutError) {
      line.say(`Given up: ${sink.counts().sent} events were sent, ${sink.counts().pending} were not.`);
      return EXIT.givenUp;
    }
    throw error instanceof FatalPutError ? new SetupError(error.message, { cause: error }) : error;
  }
}

async function openSink({ target, preset }: SendOptions): Promise<KinesisSink> {
  const { StreamName } = await readIngestion(target, preset);
  // HTTP/1.1 and no retries of its own: the sink knows which records to send again.
  const kinesis = new KinesisClient({
    ...clientConfig(target),
    requestHandler: new NodeHttpHandler(),
    maxAttempts: 1,
  });
  return kinesisSink({
    streamName: StreamName,
    putRecords: (Records) => kinesis.send(new PutRecordsCommand({ StreamName, Records: [...Records] })),
    shards: await shardRing(listShardsOf(kinesis, StreamName)),
    sleep: delay,
    random: Math.random,
  });
}

async function openRows({ target, preset }: SendOptions, line: ProgressLine): Promise<ExpectedRows> {
  const { stores, settings } = await openTrends(target, preset);
  const { LiveTableNames } = await readTrends(target, preset);
  return expectedRows({
    findRows: findRowsIn(documentClient(clientConfig(target)), LiveTableNames),
    addMarks: (names) => stores.marks.add(names),
    settings,
    now: Date.now,
    sleep: delay,
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

async function drive({ source, checkpoint }: SendOptions, { sink, stop, line, rows }: Driving): Promise<RunSummary> {
  const resumeAfter = checkpoint === undefined ? undefined : await readCheckpoint(checkpoint);
  if (resumeAfter !== undefined) line.say(`Going on after ${resumeAfter}, where ${checkpoint} says it was stored.`);
  const run = consecutiveRun();
  const save = async (): Promise<void> => {
    const cursor = run.cursor();
    if (checkpoint !== undefined && cursor !== undefined) await writeCheckpoint(checkpoint, cursor);
  };
  const saving = setInterval(
    () => void save().catch((error: unknown) => line.say(`No checkpoint: ${String(error)}`)),
    TICK_MS,
  );
  let rejected = 0;
  try {
    return await runProducer({
      source,
      sink,
      stop,
      resumeAfter,
      run,
      now: Date.now,
      onAccepted: (event: SocialEvent) => rows?.expect(event),
      onRejected: (place, reason) => {
        rejected += 1;
        if (rejected <= TOLD) line.say(`${place} is not sent: ${reason}`);
        if (rejected === TOLD) line.say('Further ones are only counted.');
      },
    });
  } finally {
    clearInterval(saving);
    await save();
  }
}

async function withTicks<T>(
  { target }: SendOptions,
  sink: KinesisSink,
  line: ProgressLine,
  work: () => Promise<T>,
): Promise<T> {
  const ticking = setInterval(() => {
    const { sent, retried, pending, trouble } = sink.counts();
    const problem = trouble === undefined ? '' : `; ${target.label} does not take them (${trouble}), trying again`;
    line.update(`${sent} sent, ${retried} sent again, ${pending} on their way${problem}`);
  }, TICK_MS);
  return work().finally(() => clearInterval(ticking));
}

interface Outcome extends RunSummary {
  readonly missing: number;
  readonly tooLate: number | undefined;
  readonly startedMs: number;
}

function report({ sent, retried, rejected, missing, tooLate, startedMs }: Outcome, json: boolean, line: ProgressLine) {
  const seconds = Math.max(0.001, Math.round(Date.now() - startedMs) / 1_000);
  if (json) {
    const waited = tooLate === undefined ? {} : { missing, too_late: tooLate };
    console.log(JSON.stringify({ sent, retried, rejected, seconds, ...waited }));
    return;
  }
  line.say(
    `${sent} sent, ${retried} sent again, ${rejected} rejected in ${seconds} s (${Math.round(sent / seconds)} a second).`,
  );
  if (tooLate !== undefined && tooLate > 0) line.say(`${tooLate} are too late for their window and change nothing.`);
  if (missing > 0) line.say(`${missing} did not appear in the live tables: \`npm run local -- logs\` may say why.`);
}
