import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { hackernews } from '../../../../producers/sources/hackernews.ts';
import { drive } from '../../../support/networks/drive.ts';
import { ids, makeWorld, MINUTE_MS, NOW_MS, story, type World } from './world.ts';

let { clock, server, context, read, addStories } = {} as World;

beforeEach(async () => {
  ({ clock, server, context, read, addStories } = await makeWorld());
});

afterEach(() => server.close());

describe('items that change', () => {
  /** Changes the score of a story every ten seconds for so many minutes. */
  async function change(id: number, minutes: number): Promise<void> {
    for (let i = 1; i <= minutes * 6; i++) {
      await clock.sleep(10_000);
      server.items.set(id, story(id, { score: i }));
    }
  }

  test('come again at growing intervals, without a cursor', async () => {
    addStories(1, 1);
    server.setUpdates(1);
    const reading = context({ resumeAfter: '0' });
    const times: number[] = [];
    const changing = change(1, 300);
    const reads = async (): Promise<void> => {
      for await (const { cursor } of hackernews.read(reading.context)) {
        times.push((clock.now() - NOW_MS) / MINUTE_MS);
        if (times.length > 1) expect(cursor).toBeUndefined();
        if (times.length === 9) return;
      }
    };

    await drive(clock, reads(), () => server.isIdle());
    await drive(clock, changing, () => server.isIdle());

    const intervals = times.slice(1).map((time, i) => time - (times[i] ?? 0));
    for (const [i, minutes] of [1, 2, 4, 8, 16, 32, 60, 60].entries()) {
      expect(intervals[i]).toBeGreaterThanOrEqual(minutes);
      // Changes are asked for every half minute.
      expect(intervals[i]).toBeLessThanOrEqual(minutes + 0.5);
    }
    expect(reading.counts.get('seen again')).toBe(8);
  });

  test.each([
    ['a score', { score: 9 }],
    ['a number of comments', { descendants: 4 }],
    ['a text', { text: 'changed' }],
    ['a deletion', { deleted: true, title: undefined }],
    ['a killing', { dead: true }],
  ])('by %s come again', async (_, changes) => {
    addStories(1, 2);
    server.setUpdates(1);
    const changing = clock.sleep(90_000).then(() => server.items.set(1, story(1, changes)));

    const received = await read(context({ resumeAfter: '0' }), 3);
    await changing;

    expect(received[2]?.payload).toEqual(JSON.parse(JSON.stringify(story(1, changes))));
  });

  test('in what is not told do not', async () => {
    addStories(1, 1);
    server.setUpdates(1);
    const reading = context({ resumeAfter: '0' });
    const changing = clock.sleep(90_000).then(() => server.items.set(1, story(1, { kids: [7] })));
    const ending = clock.sleep(10 * MINUTE_MS).then(() => reading.stop.abort());

    expect(await read(reading, 2)).toHaveLength(1);
    await Promise.all([changing, ending]);
  });

  test('come where the run before may have seen them, and nobody else did', async () => {
    addStories(1, 10);
    for (const id of [99_990, 99_999, 100_000, 100_001]) server.items.set(id, story(id));
    server.setMax(100_001);
    server.setUpdates(10, 99_999, 100_007);

    const received = await read(context({ resumeAfter: '100000', once: true }), Infinity);

    expect(ids(received)).toEqual([100_001, 99_999]);
  });
});
