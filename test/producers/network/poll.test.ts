import { describe, expect, test } from 'vitest';

import { backoff } from '../../../producers/network/backoff.ts';
import { RateLimitedError, TransientError } from '../../../producers/network/http.ts';
import { poll } from '../../../producers/network/poll.ts';
import { watchdog } from '../../../producers/network/watchdog.ts';
import { SourceError } from '../../../producers/source-error.ts';
import { readContext } from '../../support/networks/read-context.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

/** Rounds that deliver a payload, or fail. */
function world(rounds: readonly (string | Error)[], overrides: { once?: boolean } = {}) {
  const clock = virtualClock(0);
  const { context, stop, notices, counts } = readContext(clock, overrides);
  let number = 0;
  const starts: number[] = [];
  async function* round() {
    starts.push(clock.now() / 1_000);
    const what = rounds[number++];
    if (what === undefined) stop.abort();
    else if (typeof what === 'string') yield await Promise.resolve({ payload: what });
    else throw what;
  }
  const run = () =>
    clock.run(Array.fromAsync(poll(round, context, { pauseMs: () => 5_000 }), ({ payload }) => payload));
  return { run, starts, notices, counts };
}

describe('a poller', () => {
  test('begins a round after a pause behind the last one', async () => {
    const { run, starts } = world(['a', 'b']);

    expect(await run()).toEqual(['a', 'b']);
    expect(starts).toEqual([0, 5, 10]);
  });

  test('ends after one round where one is wanted', async () => {
    expect(await world(['a', 'b'], { once: true }).run()).toEqual(['a']);
  });

  test('waits longer after each failure that passes, and tells of it', async () => {
    const down = new TransientError('the network answers 503');
    const { run, starts, notices } = world([down, down, down, down, down, down, down, down, 'a']);

    expect(await run()).toEqual(['a']);
    expect(starts.map((start, i) => start - (starts[i - 1] ?? 0)).slice(1, 9)).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    expect(notices[0]).toBe('the network answers 503; trying again in 1 s.');
  });

  test('waits as long as it is told to', async () => {
    const { run, starts } = world([
      new RateLimitedError('too often', 90_000),
      new RateLimitedError('too often', undefined),
      'a',
    ]);

    await run();

    expect(starts.slice(0, 3)).toEqual([0, 90, 92]);
  });

  test('ends with what does not pass', async () => {
    await expect(world(['a', new SourceError('no such key')]).run()).rejects.toThrow('no such key');
  });
});

describe('a back-off', () => {
  test('forgets failures only after a success that has held', () => {
    let nowMs = 0;
    const failing = backoff({ now: () => nowMs, random: () => 1 });
    const afterSuccessOf = (ms: number): number => {
      failing.succeeded();
      nowMs += ms;
      return failing.failed();
    };

    expect([59_999, 59_999, 59_999, 60_000, 0].map(afterSuccessOf)).toEqual([1_000, 2_000, 4_000, 1_000, 2_000]);
  });

  test('waits at least half of what it might', () => {
    expect(backoff({ now: () => 0, random: () => 0 }).failed()).toBe(500);
  });
});

describe('a watchdog', () => {
  test('barks when nothing was seen for so long, once', async () => {
    const clock = virtualClock(0);
    const barks: number[] = [];
    const { signal } = new AbortController();
    const dog = watchdog(clock, 60_000, { signal, onSilence: () => barks.push(clock.now()) });
    await clock.runUntil(40_000);
    dog.seen();

    await clock.runUntil(500_000);

    expect(barks).toEqual([100_000]);
  });

  test('is quiet once it is ended', async () => {
    const clock = virtualClock(0);
    let barks = 0;
    const dog = watchdog(clock, 60_000, { signal: new AbortController().signal, onSilence: () => barks++ });

    dog.end();
    await clock.runUntil(500_000);

    expect(barks).toBe(0);
  });
});
