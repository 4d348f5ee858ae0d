import { setTimeout as delay } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { wait } from '../../producers/wait.ts';

test.each([2 ** 31, 40 * 86_400_000, Infinity])('a wait of %d ms does not end at once', async (ms) => {
  const stop = new AbortController();
  const waiting = wait(ms, stop.signal).then(() => 'ended');

  expect(await Promise.race([waiting, delay(20, 'waiting')])).toBe('waiting');

  stop.abort();
  expect(await waiting).toBe('ended');
});

test('a wait that is stopped before it begins ends', async () => {
  await wait(60_000, AbortSignal.abort());
});
