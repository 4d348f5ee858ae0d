import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { SourceError } from '../../../../producers/source-error.ts';
import {
  ids,
  idsOf,
  makeWorld,
  MINUTE_MS,
  NOW_MS,
  presetOf,
  SECOND_MS,
  statusAt,
  statuses,
  type World,
} from './world.ts';

const PUBLIC = '/api/v1/timelines/public';
const PAUSE_MS = 5_000;

let world: World;

beforeEach(async () => {
  world = await makeWorld();
});

afterEach(() => world.server.close());

function cursor(id: string | undefined, timeline = 'local'): string {
  return JSON.stringify({ [`${new URL(world.server.url).host} ${timeline}`]: id });
}

describe('a reader without a token', () => {
  test('reads on a little before the cursor, oldest first, page after page', async () => {
    const all = statuses(130);
    world.server.addUnsent(...all);

    const received = await world.read(world.context({ resumeAfter: cursor(all[10]?.id) }), 120);

    expect(ids(received)).toEqual(idsOf(all.slice(10)));
    expect(received.map((each) => each.cursor)).toEqual(all.slice(10).map(({ id }) => cursor(id)));
    const rewound = BigInt(all[10]?.id ?? 0) - (5_000n << 16n);
    expect(world.asked()).toEqual(
      [rewound, all[49]?.id, all[89]?.id].map((minId) => `${PUBLIC}?local=true&limit=40&min_id=${minId}`),
    );
  });

  test.each([[undefined], ['soon'], ['{"other.server local":"7"}'], ['[1]']])(
    'begins with the last page where the cursor is %s',
    async (resumeAfter) => {
      world.server.addUnsent(...statuses(100));

      expect(ids(await world.read(world.context({ resumeAfter }), 40))).toEqual(idsOf(statuses(40)));
      expect(world.asked()).toEqual([`${PUBLIC}?local=true&limit=40`]);
    },
  );

  test('delivers whatever comes to an empty timeline', async () => {
    const adding = world.clock.sleep(7_000).then(() => world.server.addUnsent(...statuses(100)));

    expect(ids(await world.read(world.context(), 100))).toEqual(idsOf(statuses(100)));
    await adding;
  });

  test('finds statuses that can be read a little later than greater ids, and none twice', async () => {
    const inTime = [statusAt(SECOND_MS), statusAt(5 * SECOND_MS)];
    const [late, last] = [statusAt(3 * SECOND_MS), statusAt(20 * SECOND_MS)];
    world.server.addUnsent(...inTime);
    const adding = world.clock.sleep(7_000).then(() => world.server.addUnsent(late));
    const ending = world.clock.sleep(20_000).then(() => world.server.addUnsent(last));

    expect(ids(await world.read(world.context(), 4))).toEqual(idsOf([...inTime, late, last]));
    await Promise.all([adding, ending]);
  });

  test('delivers a status again that was changed meanwhile', async () => {
    const status = statusAt(0);
    world.server.addUnsent(status);
    const edited = { ...status, edited_at: '2026-11-20T17:40:07.000Z' };
    const editing = world.clock.sleep(7_000).then(() => world.server.addUnsent(edited));

    expect(ids(await world.read(world.context(), 2))).toEqual([status.id, status.id]);
    await editing;
  });

  test('asks every five seconds', async () => {
    const adding = world.clock.sleep(17_000).then(() => world.server.addUnsent(statusAt(0)));

    await world.read(world.context(), 1);
    await adding;

    expect(world.pauses()).toEqual([PAUSE_MS, PAUSE_MS, PAUSE_MS, PAUSE_MS]);
  });

  test('reads posts of other servers where it is told to', async () => {
    world.server.addUnsent(statusAt(0));

    const received = await world.read(world.context({ flags: { remote: true } }), 1);

    expect(world.asked()).toEqual([`${PUBLIC}?limit=40`]);
    expect(received[0]?.cursor).toBe(cursor(statusAt(0).id, 'public'));
  });

  test('read once ends with what there was, also where pages are not full', async () => {
    const all = statuses(90);
    world.server.addUnsent(...all);
    world.server.disturb(PUBLIC, { kind: 'answer', body: all.slice(0, 7).toReversed() });

    const reading = world.context({ once: true, resumeAfter: cursor('1') });

    expect(ids(await world.read(reading, Infinity))).toEqual(idsOf(all));
    expect(world.pauses()).toEqual([]);
  });

  test('loses nothing over a kill after any number of statuses', async () => {
    const all = statuses(90);
    world.server.addUnsent(...all);
    for (let count = 1; count < 90; count += 4) {
      const before = await world.read(world.context({ resumeAfter: cursor('1') }), count);
      const after = await world.read(world.context({ resumeAfter: before.at(-1)?.cursor, once: true }), Infinity);

      expect(new Set([...ids(before), ...ids(after)])).toEqual(new Set(idsOf(all)));
    }
  });

  test('does not turn for ever with a server that knows no min_id', async () => {
    const page = statuses(40).toReversed();
    world.server.disturb(PUBLIC, ...Array.from({ length: 4 }, () => ({ kind: 'answer', body: page }) as const));

    expect(await world.read(world.context({ once: true, resumeAfter: cursor('1') }), Infinity)).toHaveLength(40);
    expect(world.asked()).toHaveLength(2);
  });

  test('hands on what is no status', async () => {
    world.server.disturb(PUBLIC, { kind: 'answer', body: [statusAt(0), 7, { id: 9 }] });

    const received = await world.read(world.context({ once: true }), Infinity);

    expect(received.map(({ payload }) => Reflect.get(Object(payload), 'data'))).toEqual([7, { id: 9 }, statusAt(0)]);
  });
});

describe('a reader of the hashtags of topics', () => {
  const preset = presetOf({
    topics: [
      { name: 'cats', keywords: ['cat', 'grumpy cat', '喵'] },
      { name: 'odd', keywords: ['cat', 'at&t', '2026'] },
    ],
  });
  const tagPath = (tag: string): string => `/api/v1/timelines/tag/${encodeURIComponent(tag)}`;

  test('asks for each word once, and delivers a status of two of them once', async () => {
    world.server.addUnsent(statusAt(1, ['cat', '喵']), statusAt(2, ['喵']), statusAt(3, ['dog']));

    const received = await world.read(world.context({ preset, once: true }), Infinity);

    expect(ids(received)).toEqual([statusAt(1).id, statusAt(2).id]);
    expect(world.asked().map((path) => path.split('?')[0])).toEqual([
      tagPath('cat'),
      tagPath('cat'),
      tagPath('喵'),
      tagPath('喵'),
    ]);
    expect(Object.keys(JSON.parse(received.at(-1)?.cursor ?? ''))).toEqual(
      ['#cat', '#喵'].map((tag) => `${new URL(world.server.url).host} ${tag}`),
    );
  });

  test('loses nothing over a kill after any number of statuses', async () => {
    const all = Array.from({ length: 60 }, (_, i) => statusAt(-i * MINUTE_MS, [['cat'], ['喵'], ['cat', '喵']][i % 3]));
    const start = (id: string): string =>
      JSON.stringify(
        Object.fromEntries(['#cat', '#喵'].map((tag) => [`${new URL(world.server.url).host} ${tag}`, id])),
      );
    world.server.addUnsent(...all);
    for (let count = 1; count < 60; count += 3) {
      const before = await world.read(world.context({ preset, resumeAfter: start('1') }), count);
      const resumeAfter = before.at(-1)?.cursor;
      const after = await world.read(world.context({ preset, resumeAfter, once: true }), Infinity);

      // The second hashtag has no position before its first status: then its last page comes.
      expect(new Set([...ids(before), ...ids(after)])).toEqual(new Set(idsOf(all)));
    }
  });

  test('goes on with the others where one fails again and again', async () => {
    const failing = { kind: 'answer', status: 500, body: '' } as const;
    world.server.disturb(tagPath('cat'), ...Array.from({ length: 99 }, () => failing));
    world.server.addUnsent(statusAt(0, ['喵']));
    const adding = world.clock.sleep(12_000).then(() => world.server.addUnsent(statusAt(1, ['喵'])));

    expect(ids(await world.read(world.context({ preset }), 2))).toEqual([statusAt(0).id, statusAt(1).id]);
    await adding;
  });

  test('asks no more than once a second', async () => {
    const topics = [{ name: 'words', keywords: Array.from({ length: 20 }, (_, i) => `w${i}`) }];
    const adding = world.clock.sleep(50_000).then(() => world.server.addUnsent(statusAt(1, ['w9'])));

    await world.read(world.context({ preset: presetOf({ topics }) }), 1);
    await adding;

    expect(world.pauses()).toEqual([20_000, 20_000, 20_000]);
  });

  test('takes a hashtag that nobody has used for an empty one', async () => {
    world.server.disturb(tagPath('cat'), { kind: 'answer', status: 404, body: { error: 'Record not found' } });
    world.server.addUnsent(statusAt(1, ['喵']));

    expect(ids(await world.read(world.context({ preset, once: true }), Infinity))).toEqual([statusAt(1).id]);
  });

  test('reads the public timeline where the topics have no word', async () => {
    world.server.addUnsent(statusAt(1));
    const phrases = presetOf({ topics: [{ name: 'cats', keywords: ['grumpy cat'] }] });

    expect(await world.read(world.context({ preset: phrases }), 1)).toHaveLength(1);
    expect(world.asked()[0]).toContain(PUBLIC);
  });
});

describe('a server in trouble', () => {
  test('is asked again later and later, and at least every minute', async () => {
    const down = { kind: 'answer', status: 503, body: '<h1>503</h1>' } as const;
    world.server.disturb(PUBLIC, ...Array.from({ length: 8 }, () => down));
    world.server.addUnsent(statusAt(0));
    const reading = world.context();

    await world.read(reading, 1);

    expect(world.pauses()).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    expect(reading.notices[0]).toBe('Mastodon answers 503; trying again in 1 s.');
  });

  test.each([
    ['at the time it says', { 'x-ratelimit-reset': new Date(NOW_MS + 217_000).toISOString() }, 217_000],
    ['with microseconds', { 'x-ratelimit-reset': '2026-11-20T17:41:00.019685Z' }, 60_019],
    ['as soon as that has passed', { 'x-ratelimit-reset': '2020-01-01T00:00:00.000Z' }, 1_000],
    ['after a quarter of an hour at most', { 'x-ratelimit-reset': '2036-01-01T00:00:00.000Z' }, 900_000],
    ['after the seconds it says', { 'retry-after': '45' }, 45_000],
    ['after a while where it does not say', { 'x-ratelimit-reset': 'soon' }, 1_000],
  ])('that is asked too often is asked again %s', async (_, headers, waitMs) => {
    const answer = { error: 'Too many requests' };
    world.server.disturb(PUBLIC, { kind: 'answer', status: 429, headers, body: answer });
    world.server.addUnsent(statusAt(0));

    await world.read(world.context(), 1);

    expect(world.pauses()).toEqual([waitMs]);
  });

  test('is not asked before the time where no more questions are left', async () => {
    const reset = new Date(NOW_MS + 120_000).toISOString();
    world.server.setHeaders({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset });
    world.server.addUnsent(...statuses(60));
    const reading = world.context({ resumeAfter: cursor('1') });

    expect(await world.read(reading, 60)).toHaveLength(60);
    expect(world.pauses()).toEqual([120_000]);
    expect(reading.notices).toEqual([
      `${new URL(world.server.url).host} takes no more questions for now; going on in 120 s.`,
    ]);
  });

  test.each([
    ['HTML', { kind: 'answer', body: '<html>' }],
    ['another JSON', { kind: 'answer', body: { error: 'no' } }],
    ['half an answer', { kind: 'cut' }],
    ['no answer', { kind: 'hang' }],
  ] as const)('loses nothing over %s', async (_, disturbance) => {
    const all = statuses(100);
    world.server.addUnsent(...all);
    world.server.disturb(PUBLIC, disturbance);
    const reading = world.context({ resumeAfter: cursor('1') });
    const received = await world.read(reading, 40);
    world.server.disturb(PUBLIC, disturbance, disturbance);

    const after = await world.read(world.context({ resumeAfter: received.at(-1)?.cursor }), 61);

    // The last one before the kill comes twice.
    expect([...ids(received).slice(0, -1), ...ids(after)]).toEqual(idsOf(all));
    expect(reading.counts.get('failed rounds')).toBe(1);
    expect(world.pauses()).toEqual([1_000, 1_000, 2_000]);
  });

  const wayOut =
    'set MASTODON_TOKEN to a valid access token with the scope read:statuses, or MASTODON_URL to a server whose timelines anybody may read.';
  test.each([
    [401, `Mastodon refuses us (401): ${wayOut}`],
    [403, `Mastodon refuses us (403): ${wayOut}`],
    [422, `Mastodon refuses us (422): ${wayOut}`],
    [404, 'HOST has no public timeline: set MASTODON_URL to a server of Mastodon.'],
  ])('that answers %d tells a person what to do', async (status, message) => {
    world.server.disturb(PUBLIC, { kind: 'answer', status, body: { error: 'no' } });

    await expect(world.read(world.context(), 1)).rejects.toThrow(
      new SourceError(message.replace('HOST', new URL(world.server.url).host)),
    );
  });
});
