import { describe, expect, test } from 'vitest';

import type { HttpAnswer } from '../../../../producers/network/http.ts';
import { limitedHttp } from '../../../../producers/sources/reddit/rate-limit.ts';
import { readContext } from '../../../support/networks/read-context.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const NEVER = new AbortController().signal;
const ok = (headers: Record<string, string> = {}): HttpAnswer => ({ status: 200, headers, body: '' });
const refused = (headers: Record<string, string> = {}): HttpAnswer => ({ status: 429, headers, body: '{"error":429}' });
const left = (remaining: string, reset: string) => ({ 'x-ratelimit-remaining': remaining, 'x-ratelimit-reset': reset });

/** Asks so often, as fast as it may; milliseconds between the requests that come through to Reddit. */
async function gaps(answers: readonly HttpAnswer[], requests: number) {
  const clock = virtualClock(1_000_000);
  const atMs: number[] = [];
  const test = readContext(clock, {
    http: async () => {
      atMs.push(clock.now());
      return answers[Math.min(atMs.length, answers.length) - 1] ?? ok();
    },
  });
  const http = limitedHttp(test.context);
  const asking = async (): Promise<number[]> => {
    const statuses: number[] = [];
    for (let i = 0; i < requests; i += 1) statuses.push((await http({ url: 'https://x.y' }, NEVER)).status);
    return statuses;
  };
  const statuses = await clock.run(asking());
  return { ...test, statuses, between: atMs.slice(1).map((ms, i) => ms - (atMs[i] ?? 0)) };
}

describe('requests to Reddit', () => {
  test('are never more than a hundred a minute', async () => {
    const { between } = await gaps([ok()], 201);

    expect(new Set(between)).toEqual(new Set([600]));
  });

  test.each([
    ['spread what is left over the time until it is renewed', left('10.0', '300'), 30_000],
    ['go no faster where much is left', left('990.0', '3'), 600],
    ['wait for the renewal where nothing is left', left('0.0', '42.5'), 42_500],
    ['wait for the renewal where less than one is left', left('0.4', '20'), 20_000],
    ['wait no longer than Reddit averages over', left('0', '9999999'), 600_000],
    ['keep their pace where the headers are no numbers', left('x', 'y'), 600],
    ['keep their pace where the reset is a negative number', left('5', '-3'), 600],
  ])('%s', async (_, headers, gapMs) => {
    const { between } = await gaps([ok(headers), ok()], 2);

    expect(between).toEqual([gapMs]);
  });

  test('that are refused are sent again when Reddit said, and count as no failure', async () => {
    const { between, statuses, counts, notices } = await gaps([refused(left('0.0', '90')), ok()], 1);

    expect(statuses).toEqual([200]);
    expect(between).toEqual([90_000]);
    expect([...counts]).toEqual([['rate limited', 1]]);
    expect(notices).toEqual(['Reddit is asked too often; asking again in 90 s.']);
  });

  test('that are refused with retry-after are sent again then', async () => {
    expect((await gaps([refused({ 'retry-after': '7' }), ok()], 1)).between).toEqual([7_000]);
  });

  test('that are refused without a word wait longer each time, ten minutes at most', async () => {
    const { between } = await gaps([...Array.from({ length: 9 }, () => refused()), ok()], 1);

    expect(between).toEqual([5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 320_000, 600_000, 600_000]);
  });

  test('end when they are told to while they wait', async () => {
    const clock = virtualClock();
    const stop = new AbortController();
    const { context } = readContext(clock, { http: async () => refused(left('0', '90')) });
    const asking = limitedHttp(context)({ url: 'https://x.y' }, stop.signal);
    await clock.settle();

    stop.abort();

    await expect(asking).rejects.toMatchObject({ name: 'TransientError' });
  });
});
