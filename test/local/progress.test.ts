import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { withProgress } from '../../local/progress.ts';

const said: string[] = [];

beforeEach(() => {
  said.length = 0;
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

test('quick work says nothing', async () => {
  await withProgress('Building', Promise.resolve(), (line) => said.push(line));

  expect(said).toEqual([]);
});

test('slow work says what is going on, and in the end how long it took', async () => {
  const work = new Promise((resolve) => setTimeout(resolve, 15_000));

  const done = withProgress('Building', work, (line) => said.push(line));
  await vi.advanceTimersByTimeAsync(15_000);
  await done;

  expect(said).toEqual(['Building …', 'Building … 12 s', 'Building: done in 15 s']);
});

test('nothing more is said after a failure', async () => {
  const done = withProgress('Building', Promise.reject(new Error('x')), (line) => said.push(line)).catch(
    () => undefined,
  );
  await done;
  await vi.advanceTimersByTimeAsync(30_000);

  expect(said).toEqual([]);
});
