import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { liveRowKey } from '../../storage/live-row.ts';
import { makeDelete, makePost } from '../support/make-event.ts';

const EARLIER = '2026-11-20T17:39:00.000Z';
const LATER = '2026-11-20T17:39:00.001Z';

describe('the key of a live row', () => {
  test('is the minute of creation with its write shard, and id, time of observation, kind and hash', () => {
    const { key_datetime, event_key } = liveRowKey(makePost(), 1);

    expect(key_datetime).toBe('2026-11-20T17:38#0');
    expect(event_key).toMatch(/^twitter:1#2026-11-20T17:38:45\.000Z#0[0-9a-f]{16}$/);
  });

  test.each([
    ['a later observation than an earlier one', makePost({ observed_at: LATER }), makePost({ observed_at: EARLIER })],
    ['a delete than a post of the same moment', makeDelete(), makePost({ text: 'any' })],
    ['a later post than a delete', makePost({ observed_at: LATER }), makeDelete({ observed_at: EARLIER })],
    ['a later delete than a post', makeDelete({ observed_at: LATER }), makePost({ observed_at: EARLIER })],
  ])('is greater for %s', (_case, greater, smaller) => {
    expect(liveRowKey(greater, 1).event_key > liveRowKey(smaller, 1).event_key).toBe(true);
  });

  test('is the same for the same event, whatever the order of its fields', () => {
    const post = makePost({ text: 'hello', author: { id: '1', name: 'A' } });
    const turned = { ...makePost(), ...Object.fromEntries(Object.entries(post).toReversed()) };

    expect(liveRowKey(turned, 1)).toEqual(liveRowKey(post, 1));
  });

  test('does not depend on raw, of posts and of deletes', () => {
    expect(liveRowKey(makePost({ raw: { a: 1 } }), 1)).toEqual(liveRowKey(makePost(), 1));
    expect(liveRowKey(makeDelete({ raw: { a: 1 } }), 1)).toEqual(liveRowKey(makeDelete(), 1));
  });

  test.each([{ text: 'other' }, { metrics: { likes: 1 } }, { hashtags: ['cats'] }, { unknown: 1 }])(
    'is another where anything else differs: %j',
    (overrides) => {
      expect(liveRowKey(makePost(overrides), 1)).not.toEqual(liveRowKey(makePost(), 1));
    },
  );

  test('spreads ids over the write shards; all observations of an id share one', () => {
    const shards = new Set<string | undefined>();
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 64 }), (name, writeShards) => {
        const id = `twitter:${name}`;
        const [, shard] = liveRowKey(makePost({ id }), writeShards).key_datetime.split('#');

        expect(Number(shard)).toBeGreaterThanOrEqual(0);
        expect(Number(shard)).toBeLessThan(writeShards);
        for (const other of [makePost({ id, observed_at: LATER, text: 'other' }), makeDelete({ id })])
          expect(liveRowKey(other, writeShards).key_datetime.split('#')[1]).toBe(shard);
      }),
    );
    for (let i = 0; i < 100; i++)
      shards.add(liveRowKey(makePost({ id: `twitter:${i}` }), 4).key_datetime.split('#')[1]);
    expect([...shards].toSorted()).toEqual(['0', '1', '2', '3']);
  });

  test('of a given event does not move: rows of an earlier version are found again', () => {
    const keys = ['twitter:1', 'twitter:2', 'twitter:3'].map((id) => liveRowKey(makePost({ id }), 8).key_datetime);

    expect(keys).toMatchInlineSnapshot(`
      [
        "2026-11-20T17:38#3",
        "2026-11-20T17:38#4",
        "2026-11-20T17:38#4",
      ]
    `);
    expect(liveRowKey(makePost({ text: 'é' }), 1).event_key).toMatchInlineSnapshot(
      `"twitter:1#2026-11-20T17:38:45.000Z#0e788d021ec46b684"`,
    );
  });
});
