import { describe, expect, test } from 'vitest';

import { trimSearch } from '../../../lambdas/trim-search/trim-search.ts';

const NOW_MS = Date.parse('2026-11-20T18:00:00.000Z');
const SETTINGS = { alias: 'posts', retentionDays: 90, maxBytes: 1_000 };

/** Runs it over indices; returns what is told, and what is left. */
async function run(indices: Readonly<Record<string, number>>, failing?: string) {
  const left = new Map(Object.entries(indices));
  const reported: unknown[] = [];
  const handler = trimSearch({
    storage: {
      list: async () => [...left].map(([index, bytes]) => ({ index, bytes })),
      remove: async (index) => {
        if (index === failing) throw new Error('the server does not answer');
        left.delete(index);
      },
    },
    settings: SETTINGS,
    now: () => NOW_MS,
    report: (trim) => reported.push(trim),
  });
  return { handler, left, reported };
}

describe('the look at what the index takes', () => {
  test('removes nothing where there is room, and tells how far back it goes', async () => {
    const { handler, left, reported } = await run({ 'posts-2026.11': 300, 'posts-2026.10': 300 });
    const answer = await handler();

    expect(answer).toEqual({ bytes: 600, pastRetention: 0, overSize: 0, findableDays: 51 });
    expect(reported).toEqual([answer]);
    expect(left.size).toBe(2);
  });

  test('removes what is past the retention, and the oldest month where it takes too much', async () => {
    const { handler, left } = await run({
      'posts-2026.11': 700,
      'posts-2026.10': 400,
      'posts-2026.01': 1,
      'other-2026.01': 9_999,
    });

    expect(await handler()).toEqual({ bytes: 700, pastRetention: 1, overSize: 1, findableDays: 20 });
    expect([...left.keys()]).toEqual(['posts-2026.11', 'other-2026.01']);
  });

  test('removes nothing more when it runs again', async () => {
    const { handler, left } = await run({ 'posts-2026.11': 700, 'posts-2026.10': 400 });
    await handler();

    expect(await handler()).toEqual({ bytes: 700, pastRetention: 0, overSize: 0, findableDays: 20 });
    expect(left.size).toBe(1);
  });

  test('tells of a month that is too large alone, and leaves it', async () => {
    const { handler, left } = await run({ 'posts-2026.11': 5_000 });

    expect(await handler()).toMatchObject({ bytes: 5_000, overSize: 0 });
    expect(left.size).toBe(1);
  });

  test('tells of an empty index', async () => {
    const { handler } = await run({});

    expect(await handler()).toEqual({ bytes: 0, pastRetention: 0, overSize: 0, findableDays: 0 });
  });

  test('fails where an index cannot be removed, and tells nothing', async () => {
    const { handler, reported } = await run({ 'posts-2026.11': 700, 'posts-2026.10': 400 }, 'posts-2026.10');

    await expect(handler()).rejects.toThrow('does not answer');
    expect(reported).toEqual([]);
  });
});
