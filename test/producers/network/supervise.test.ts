import { expect, test } from 'vitest';

import { SetupError } from '../../../deployment/command-line.ts';
import { minuteReport } from '../../../producers/network/minute-report.ts';
import { supervise } from '../../../producers/network/supervise.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

function world(runs: readonly (number | Error)[]) {
  const clock = virtualClock(0);
  const notices: string[] = [];
  const stop = new AbortController();
  const starts: number[] = [];
  const run = async (): Promise<number> => {
    const result = runs[starts.length] ?? 0;
    starts.push(clock.now());
    if (result instanceof Error) throw result;
    return result;
  };
  const result = clock.run(
    supervise(run, {
      signal: stop.signal,
      clock: { now: clock.now, wait: clock.wait, random: () => 1 },
      isForPerson: (error) => error instanceof SetupError,
      notify: (sentence) => void notices.push(sentence),
    }),
  );
  return { result, notices, starts };
}

test('a source that fails by a fault of ours begins again, later each time', async () => {
  const { result, starts, notices } = world([new TypeError('x'), new TypeError('y'), 0]);

  expect(await result).toBe(0);
  expect(starts).toEqual([0, 1_000, 3_000]);
  expect(notices[0]).toMatch(/^This is a fault of ours; beginning again in 1 s\.\nTypeError: x/);
});

test('a source that needs a person ends, and says what is needed', async () => {
  const { result, starts, notices } = world([new SetupError('Set a token.')]);

  expect(await result).toBe(1);
  expect(starts).toHaveLength(1);
  expect(notices).toEqual(['Set a token.']);
});

test('a minute is reported by what was sent in it, over restarts too', () => {
  let nowMs = 0;
  const lines: string[] = [];
  const report = minuteReport('bluesky', { now: () => nowMs, print: (line) => lines.push(line) });
  const counts = [
    { sent: 5, rejected: 0 },
    { sent: 10, rejected: 1 },
    { sent: 10, rejected: 1 },
    { sent: 3, rejected: 0 },
  ];
  for (const each of counts) {
    nowMs += 30_000;
    report(each);
    nowMs += 30_000;
    report(each);
  }

  expect(lines).toEqual([
    '{"source":"bluesky","sent":5,"rejected":0}',
    '{"source":"bluesky","sent":5,"rejected":1}',
    '{"source":"bluesky","sent":0,"rejected":0}',
    '{"source":"bluesky","sent":3,"rejected":0}',
  ]);
});
