import { expect, test } from 'vitest';

import { SetupError } from '../../../deployment/command-line.ts';
import { minuteReport } from '../../../producers/network/minute-report.ts';
import { supervise } from '../../../producers/network/supervise.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

/** Producers that come to these results, one run after the other; then they end well, after so long. */
function world(...all: readonly (readonly (number | Error)[])[]) {
  return worldOf(all, false);
}

function worldOf(all: readonly (readonly (number | Error)[])[], isAlways: boolean) {
  const clock = virtualClock(0);
  const stop = new AbortController();
  const producers = all.map((results) => {
    const starts: number[] = [];
    const notices: string[] = [];
    const run = async (): Promise<number> => {
      const result = results[starts.length] ?? 0;
      starts.push(clock.now() / 1_000);
      if (result instanceof Error) throw result;
      await clock.wait(result, stop.signal);
      return 0;
    };
    return { run, starts, notices, notify: (sentence: string) => void notices.push(sentence) };
  });
  const options = {
    signal: stop.signal,
    clock: { now: clock.now, wait: clock.wait, random: () => 1 },
    isForPerson: (error: unknown) => error instanceof SetupError,
    isAlways,
  };
  return { producers, run: () => clock.run(supervise(producers, options)) };
}

const HOUR_MS = 3_600_000;

test('a producer that fails by a fault of ours begins again, later each time', async () => {
  const { producers, run } = world([new TypeError('x'), new TypeError('y'), 0]);

  expect(await run()).toBe(0);
  expect(producers[0]?.starts).toEqual([0, 1, 3]);
  expect(producers[0]?.notices[0]).toMatch(/^This is a fault of ours; beginning again in 1 s\.\nTypeError: x/);
});

test('a producer alone that needs a person ends, and says what is needed', async () => {
  const { producers, run } = world([new SetupError('Set a token.')]);

  expect(await run()).toBe(1);
  expect(producers[0]).toMatchObject({ starts: [0], notices: ['Set a token.'] });
});

test('a producer that needs a person is tried again while another one runs, which it does not touch', async () => {
  const help = new SetupError('Set a token.');
  const { producers, run } = world([help, help, help, help, help, help, help], [HOUR_MS]);

  expect(await run()).toBe(1);
  expect(producers.map(({ starts }) => starts)).toEqual([[0, 900, 1_800, 2_700], [0]]);
});

test('a producer alone waits for help where it is always on', async () => {
  const { producers, run } = worldOf([[new SetupError('Set a token.'), new SetupError('Set a token.'), 0]], true);

  expect(await run()).toBe(0);
  expect(producers[0]?.starts).toEqual([0, 900, 1_800]);
});

test('a producer that a person has helped goes on', async () => {
  const { producers, run } = world([new SetupError('Set a token.'), HOUR_MS], [HOUR_MS]);

  expect(await run()).toBe(0);
  expect(producers[0]?.starts).toEqual([0, 900]);
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
