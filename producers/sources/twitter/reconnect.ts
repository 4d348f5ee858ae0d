import type { Clock } from '../../network/network.ts';
import type { Failure } from './failure.ts';

/**
 * When to connect again, by the rules of X
 * (https://docs.x.com/x-api/posts/filtered-stream/integrate/handling-disconnections).
 */
export interface Reconnect {
  /** Milliseconds until the next attempt after a failure. */
  failed(failure: Failure): number;
  /** The stream is open. */
  opened(): void;
}

/** Back-off of one kind of failure: milliseconds after so many in a row. */
type Schedule = (failures: number) => number;

/** 250 ms more each time, up to 16 s. */
const linear: Schedule = (failures) => Math.min(16_000, 250 * failures);
/** 5 s, doubled up to 320 s. */
const exponential: Schedule = (failures) => Math.min(320_000, 5_000 * 2 ** (failures - 1));
/** 1 minute, doubled up to the 15 minutes of a window. */
const limited: Schedule = (failures) => Math.min(900_000, 60_000 * 2 ** (failures - 1));

const LIMITED_MIN_MS = 60_000;
const MAX_WINDOWS = 4;
/** The failures before it are forgotten once a stream was open for so long. */
const HEALTHY_MS = 60_000;
/** At most so much is added, that many readers do not come back at once. */
const JITTER = 0.1;

/** Starts with nothing having failed. */
export function reconnectRules({ now, random }: Pick<Clock, 'now' | 'random'>): Reconnect {
  /** So many of each kind since a stream was healthy. */
  const failures = new Map<Failure['kind'], number>();
  let openedMs: number | undefined;
  return {
    opened() {
      openedMs = now();
    },
    failed(failure) {
      const wasHealthy = openedMs !== undefined && now() - openedMs >= HEALTHY_MS;
      openedMs = undefined;
      if (wasHealthy) failures.clear();
      const isFirst = failures.size === 0;
      // What is tried again at once is no failure yet: the next one waits as the first.
      const count = (failures.get(failure.kind) ?? (failure.kind === 'dropped' && isFirst ? -1 : 0)) + 1;
      failures.set(failure.kind, count);
      return count === 0 ? 0 : withJitter(waitMs(failure, count, now()), random());
    },
  };
}

function waitMs(failure: Failure, failures: number, nowMs: number): number {
  switch (failure.kind) {
    case 'network':
      return linear(failures);
    // A server that takes connections and drops them is as ill as one that refuses them.
    case 'dropped':
    case 'http':
    case 'no-rules':
      return exponential(failures);
    case 'rate':
    case 'taken':
      return failure.resetMs === undefined ? limited(failures) : untilReset(failure.resetMs - nowMs, failures);
    default:
      return failure satisfies never;
  }
}

/** X names the end of its window; one that has just passed, or is absurd, is none. */
function untilReset(ms: number, failures: number): number {
  if (ms > WINDOW_MS * MAX_WINDOWS) return limited(failures);
  return Math.max(ms, ms <= LIMITED_MIN_MS ? limited(failures) : 0);
}

function withJitter(ms: number, random: number): number {
  return ms * (1 + JITTER * random);
}

const WINDOW_MS = 15 * 60_000;
/** X takes 50; a few are left for a restart that has forgotten the last one. */
const MAX_CONNECTS = 48;
/** Up to here they may follow each other at any pace. */
const FREE_CONNECTS = 24;
const SPACING_MS = WINDOW_MS / MAX_CONNECTS;

/** Milliseconds until another connection is allowed. @param connectsMs epoch times of the latest ones, in order */
export function connectDelayMs(connectsMs: readonly number[], nowMs: number): number {
  const lately = recentConnects(connectsMs, nowMs);
  const [oldest = nowMs] = lately;
  if (lately.length >= MAX_CONNECTS) return oldest + WINDOW_MS - nowMs;
  if (lately.length < FREE_CONNECTS) return 0;
  return Math.max(0, (lately.at(-1) ?? nowMs) + SPACING_MS - nowMs);
}

/** The connections that still count. */
export function recentConnects(connectsMs: readonly number[], nowMs: number): number[] {
  return connectsMs.filter((ms) => ms > nowMs - WINDOW_MS);
}
