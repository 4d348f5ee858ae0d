import { stripVTControlCharacters } from 'node:util';

import { describe, expect, test } from 'vitest';

import { traceJson, traceTable } from '../../commands/trace-report.ts';
import type { Post } from '../../core/social-event.ts';
import { windowOfKey } from '../../core/windows.ts';
import { traceWindow } from '../../storage/trace-window.ts';
import { makeDelete, makePost } from '../support/make-event.ts';
import { trendsWorld, type TrendsWorld } from '../support/trends-world.ts';

const LATER = '2026-11-20T17:50:00.000Z';
const SECRET = { text: 'a secret text', author: { id: 'secret-author', handle: 'secret-handle' } };

const HOUR = windowOfKey('hour', '2026-11-20T17:00');

async function reports(world: TrendsWorld, keyword = 'cats', window = HOUR) {
  const { stores, settings, nowMs } = world;
  const request = { window, keyword, category: 'all' };
  const traced = await traceWindow({ stores, settings, nowMs }, request);
  const clock = { nowMs, lateHours: settings.lateHours };
  const json: unknown = JSON.parse(traceJson(traced, clock));
  return { table: stripVTControlCharacters(traceTable(traced, clock)), text: traceJson(traced, clock), json };
}

async function worldOf(posts: readonly object[]): Promise<TrendsWorld> {
  const world = trendsWorld('2026-11-20T18:00:03.000Z');
  await world.write(posts);
  await world.aggregateAll();
  return world;
}

const POSTS = [
  makePost({ hashtags: ['cats'], metrics: { likes: 10 }, ...SECRET }),
  makePost({ hashtags: ['cats'], metrics: { likes: 11, replies: 0 }, observed_at: LATER, ...SECRET }),
  makePost({ id: 'twitter:2', hashtags: ['cats'], metrics: { likes: 1_000_000_000, reposts: 1 } }),
  makePost({ id: 'twitter:gone', hashtags: ['cats'] }),
  makeDelete({ id: 'twitter:gone', observed_at: LATER }),
];

describe('the table of a trace', () => {
  test('has a line for each post, what it adds and how, and whether the sum is that of the ranking', async () => {
    const { table } = await reports(await worldOf(POSTS));

    expect(table).toMatchInlineSnapshot(`
      "cats in all, hour 2026-11-20 17:00 to 18:00 UTC: 300000005.8 from 2 posts
              score  id         observed                  replaced  weight x count
        300000001.5  twitter:2  2026-11-20T17:38:45.000Z         0  0.5 x 1 reposts + 0.3 x 1000000000 likes + 1 x 1 mention
                4.3  twitter:1  2026-11-20T17:50:00.000Z         1  0.2 x 0 replies + 0.3 x 11 likes + 1 x 1 mention
      1 earlier observation of these posts replaced.
      Left out, because the latest observation is not of the cell:
        twitter:gone  deleted 2026-11-20T17:50:00.000Z
      The ranking shows rank 1, score 300000005.8, mentions 2: equal.
      "
    `);
  });

  test('sums up the posts beyond the hundredth', async () => {
    const posts = Array.from({ length: 103 }, (_, i) =>
      makePost({ id: `twitter:${String(i).padStart(3, '0')}`, hashtags: ['cats'] }),
    );

    const { table, json } = await reports(await worldOf(posts));

    expect(table).toMatch(/^ +3 {2}and 3 more posts; --json lists all$/m);
    expect(table).not.toContain('twitter:100');
    expect(json).toMatchObject({ contributions: expect.objectContaining({ length: 103 }) });
  });

  test('lets nothing of an id move the cursor', async () => {
    const { table } = await reports(await worldOf([makePost({ id: 'twitter:a\u202eb', hashtags: ['cats'] })]));

    expect(table).toContain('twitter:a b');
  });

  test('of nothing says so', async () => {
    const { table } = await reports(await worldOf([]));

    expect(table).toContain('0 from 0 posts\n  nothing\nThe ranking does not have the keyword: equal.');
  });
});

describe('the JSON of a trace', () => {
  test('has scores and weights as exact numbers', async () => {
    const { text, json } = await reports(await worldOf(POSTS));

    expect(text).toContain('"score":300000005.8,"mentions":2');
    expect(json).toMatchObject({
      key_word: 'cats',
      category: 'all',
      window: 'hour',
      key_datetime: '2026-11-20T17:00',
      rows: 'live',
      contributions: [
        { id: 'twitter:2', source: 'twitter', minute: '2026-11-20T17:38', score: 300_000_001.5, replaced: 0 },
        {
          id: 'twitter:1',
          observed_at: LATER,
          terms: [
            { metric: 'replies', weight: 0.2, count: 0, score: 0 },
            { metric: 'likes', weight: 0.3, count: 11, score: 3.3 },
            { metric: 'mention', weight: 1, count: 1, score: 1 },
          ],
          replaced: 1,
        },
      ],
      replaced: 1,
      left_out: [{ id: 'twitter:gone', reason: 'deleted', observed_at: LATER }],
      shown: { state: 'ranked', rank: 1, score: 300_000_005.8, mentions: 2 },
      equal: true,
      waiting_minutes: [],
    });
  });
});

test('neither says what a post says, nor who wrote it', async () => {
  const { table, text } = await reports(await worldOf(POSTS));

  expect(`${table}${text}`).not.toContain('secret');
  expect(text).not.toMatch(/"author|[0-9a-f]{16}/);
});

describe('where the sum differs, the reason and what to do are told', () => {
  const late: Post = makePost({ id: 'twitter:late', hashtags: ['cats'] });

  test('a mark waits', async () => {
    const world = await worldOf(POSTS);
    await world.write([late]);

    const { table, json } = await reports(world);

    expect(table).toContain('NOT equal. Minutes wait to be summed up: 2026-11-20T17:38.');
    expect(table).toContain('`npm run aggregate -- --window hour --at 2026-11-20T17:00` takes them now.');
    expect(json).toMatchObject({ equal: false, agreement: 'waiting', waiting_minutes: ['2026-11-20T17:38'] });
  });

  test('only the window is marked', async () => {
    const world = await worldOf(POSTS);
    await world.write([late]);
    await world.aggregate('minute', { from: '2026-11-20T17:38', to: '2026-11-20T17:38' });

    expect((await reports(world)).table).toContain('The window itself is marked.');
  });

  test('the weights are others by now', async () => {
    const world = await worldOf(POSTS);
    const weights = { ...world.settings.weights, twitter: {} };
    Object.assign(world, { settings: { ...world.settings, weights } });

    const { table } = await reports(world);

    expect(table).toContain('the summaries of 2026-11-20T17:38 are of other rows or weights.');
    expect(table).toContain('`npm run aggregate -- --window minute --at 2026-11-20T17:38`, and then `npm run');
  });

  test('the window accepts no changes any more', async () => {
    const world = await worldOf(POSTS);
    await world.write([late]);
    world.nowMs = Date.parse('2026-11-22T18:08:00.000Z');

    const minute = windowOfKey('minute', '2026-11-20T17:38');
    expect((await reports(world, 'cats', minute)).table).toContain('accepts no changes any more, so it stays.');
  });
});

test('when the rows have expired, it is one sentence and what the summaries say', async () => {
  const world = await worldOf(POSTS);
  world.nowMs = Date.parse('2026-11-22T18:00:00.000Z');

  const { table, json } = await reports(world);

  expect(table).toMatch(/^ {2}2026-11-20T17:38 {2}twitter {2}300000005\.8 +2$/m);
  expect(table).toContain('kept for 49 hours, and those of this window began to expire at 2026-11-22T18:00 UTC');
  expect(json).toMatchObject({ rows: 'expired', contributions: null, equal: true });
});
