import { describe, expect, test } from 'vitest';

import { backoff } from '../../../producers/network/backoff.ts';
import { RateLimitedError, TransientError } from '../../../producers/network/http.ts';
import { poll } from '../../../producers/network/poll.ts';
import { watchdog } from '../../../producers/network/watchdog.ts';
import { SourceError } from '../../../producers/source-error.ts';
import { readContext } from '../../support/networks/read-context.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

/** What a round does: it delivers a payload, or fails, or both. */
type Round = string | Error | { readonly payload: string; readonly error: Error };

interface Wanted {
  readonly once?: boolean;
  readonly isEnough?: (rounds: number) => boolean;
}

function world(rounds: readonly Round[], { once = false, isEnough = () => true }: Wanted = {}) {
  const clock = virtualClock(0);
  const { context, stop, notices, counts } = readContext(clock, { once });
  const starts: number[] = [];
  async function* round() {
    const what = rounds[starts.length];
    starts.push(clock.now() / 1_000);
    if (what === undefined) stop.abort();
    else if (typeof what === 'string') yield await Promise.resolve({ payload: what });
    else if (what instanceof Error) throw what;
    else {
      yield await Promise.resolve({ payload: what.payload });
      throw what.error;
    }
  }
  const options = { pauseMs: () => 5_000, isEnough: () => isEnough(starts.length) };
  const run = () => clock.run(Array.fromAsync(poll(round, context, options), ({ payload }) => payload));
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

  test('waits an hour at most, whatever it is told', async () => {
    const { run, starts, notices } = world([new RateLimitedError('too often', 30 * 24 * 3_600_000), 'a']);

    expect(await run()).toEqual(['a']);
    expect(starts.slice(0, 2)).toEqual([0, 3_600]);
    expect(notices).toEqual(['too often; trying again in 3600 s.']);
  });

  test('gives up after five failures in a row where one round is wanted, and says what failed', async () => {
    const down = new TransientError('the network answers 503');
    const { run, starts } = world([down, down, down, down, down, 'a'], { once: true });

    await expect(run()).rejects.toThrow(
      new SourceError('the network answers 503; 5 attempts in a row have failed: try again later.'),
    );
    expect(starts).toEqual([0, 1, 3, 7, 15]);
  });

  test('does not give up where four have failed, nor where each has brought something', async () => {
    const down = new TransientError('the network answers 503');

    expect(await world([down, down, down, down, 'a'], { once: true }).run()).toEqual(['a']);
    const halves = Array.from({ length: 9 }, (_, i) => ({ payload: `half ${i}`, error: down }));
    expect(await world([...halves, 'a'], { once: true }).run()).toHaveLength(10);
  });

  test('goes on where one round is wanted until there is enough', async () => {
    const { run, starts } = world(['a', 'b', 'c'], { once: true, isEnough: (rounds) => rounds === 2 });

    expect(await run()).toEqual(['a', 'b']);
    expect(starts).toEqual([0, 5]);
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
