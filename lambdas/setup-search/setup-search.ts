import type { Context } from 'aws-lambda';

import type { Pause } from '../../storage/backoff.ts';
import { TransientStoreError } from '../../storage/errors.ts';
import { DashboardsRefusedError } from '../../storage/search/import-dashboards.ts';
import { SearchRefusedError } from '../../storage/search/search-errors.ts';
import { OtherPeriodError } from '../../storage/search/setup-index.ts';
import { EnvelopeSchema, type Answer, type Outcome } from './answer.ts';
import { SetupRequestSchema, type SetupProperties } from './setup-request.ts';

/** Something to apply; any number of times, and over any earlier version. */
export interface SetupStep {
  /** As a sentence begins: `Applying the index`. */
  readonly what: string;
  readonly apply: () => Promise<void>;
}

export interface SetupSearchDeps {
  /** What there is to apply, in this order. */
  readonly stepsFor: (properties: SetupProperties) => readonly SetupStep[];
  readonly answer: Answer;
  readonly pause: Pause;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Waits; ends early, without complaint, when the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Told of a failure before it is answered; the reason quotes nothing. */
  readonly reportFailure: (error: unknown, reason: string) => void;
}

/** What the time of an invocation is short of, so that the answer still gets out. */
const MARGIN_MS = 30_000;
const MIN_WORK_SHARE = 0.5;
/** The longest pause: an attempt after another one would come too late to be told of. */
const PAUSE_MS = 5_000;
/** A new domain refuses its own master for a while; after this the rights are wrong. */
const DENIED_MS = 300_000;

/**
 * The handler of the custom resource that sets the search server up. It always answers, as nobody can help a deployment
 * that waits: with success when everything is applied, with the reason when it cannot be, or not in time. What is
 * removed from the template stays in the server, and goes with it.
 */
export function setupSearch(deps: SetupSearchDeps) {
  return async (event: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> => {
    const envelope = EnvelopeSchema.parse(event);
    const outcome = await outcomeOf(deps, event, context.getRemainingTimeInMillis());
    await deps.answer(envelope, outcome);
  };
}

/** The work took all the time there was. */
class SetupTimeoutError extends Error {
  override readonly name = 'SetupTimeoutError';
}

async function outcomeOf(deps: SetupSearchDeps, event: unknown, remainingMs: number): Promise<Outcome> {
  try {
    const request = SetupRequestSchema.parse(event);
    if (request.RequestType !== 'Delete')
      await inTime(deps, remainingMs, (deadlineMs) => applyAll(deps, request.ResourceProperties, deadlineMs));
    return { isDone: true };
  } catch (error) {
    const reason = reasonOf(error);
    deps.reportFailure(error, reason);
    return { isDone: false, reason };
  }
}

/** Whatever the work waits for, it is given up when the answer has to go. */
async function inTime(
  { now, wait }: SetupSearchDeps,
  remainingMs: number,
  work: (deadlineMs: number) => Promise<void>,
): Promise<void> {
  const workMs = Math.max(remainingMs - MARGIN_MS, remainingMs * MIN_WORK_SHARE);
  const end = new AbortController();
  const timeOut = async (): Promise<void> => {
    await wait(workMs, end.signal);
    if (!end.signal.aborted) throw new SetupTimeoutError('The search server did not answer in time');
  };
  try {
    await Promise.race([work(now() + workMs), timeOut()]);
  } finally {
    end.abort();
  }
}

async function applyAll(deps: SetupSearchDeps, properties: SetupProperties, deadlineMs: number): Promise<void> {
  const deniedUntilMs = deps.now() + DENIED_MS;
  for (const step of deps.stepsFor(properties)) await applyWhenAwake(deps, step, { deadlineMs, deniedUntilMs });
}

/** Tries a step until the server takes it, or refuses it for good, or there is no time left. */
async function applyWhenAwake(
  { pause, now }: SetupSearchDeps,
  { what, apply }: SetupStep,
  limits: { readonly deadlineMs: number; readonly deniedUntilMs: number },
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await apply();
    } catch (error) {
      const untilMs = isDenied(error) ? Math.min(limits.deniedUntilMs, limits.deadlineMs) : limits.deadlineMs;
      if (!isWaking(error) && !isDenied(error)) throw error;
      if (now() + PAUSE_MS >= untilMs)
        throw new SetupTimeoutError(`${what} failed ${attempt} times. ${reasonOf(error)}`);
    }
    await pause(attempt);
  }
}

function isWaking(error: unknown): boolean {
  return error instanceof TransientStoreError;
}

/** Dashboards does not say who it denies: whatever it refuses may be that. */
function isDenied(error: unknown): boolean {
  if (error instanceof SearchRefusedError) return error.status === 401 || error.status === 403;
  return error instanceof DashboardsRefusedError;
}

/** Their messages quote nothing of a post. */
const OURS = [SetupTimeoutError, SearchRefusedError, DashboardsRefusedError, TransientStoreError, OtherPeriodError];

/** What a person reads in the events of the stack; messages that may quote what was sent are left out. */
function reasonOf(error: unknown): string {
  if (OURS.some((type) => error instanceof type)) return (error as Error).message;
  const name = error instanceof Error ? error.name : typeof error;
  return `It ended with ${name}: see the log of setup-search`;
}
