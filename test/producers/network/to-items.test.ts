import { describe, expect, test } from 'vitest';

import { topicMatcher } from '../../../core/topics.ts';
import type { Normalised } from '../../../producers/network/network.ts';
import { sentPosts } from '../../../producers/network/sent-posts.ts';
import { toItems, type ToItemsDeps } from '../../../producers/network/to-items.ts';
import { CREATED_AT, makePost } from '../../support/make-event.ts';

const NOW_MS = Date.parse('2026-11-20T17:40:00.000Z');
const STARTED_AT = '2026-11-20T17:30:00.000Z';
const match = topicMatcher([{ name: 'cats', keywords: ['cat'], categories: [], media: [] }]);

const DEPS: Omit<ToItemsDeps, 'network'> = {
  source: 'bluesky',
  takesEverything: false,
  match,
  openSent: () => sentPosts(STARTED_AT),
  now: () => NOW_MS,
  count: () => undefined,
};

/** Items of payloads, which are what they come to. */
function world(overrides: Partial<ToItemsDeps> = {}) {
  const counts = new Map<string, number>();
  const convert = toItems({
    ...DEPS,
    network: { normalise: (payload) => payload as Normalised },
    count: (what) => void counts.set(what, (counts.get(what) ?? 0) + 1),
    ...overrides,
  });
  const take = (normalised: Normalised, cursor?: string) =>
    convert({ payload: normalised, ...(cursor !== undefined && { cursor }) });
  return { counts, take };
}

function event(id: string, overrides: object = {}): Normalised {
  return {
    kind: 'event',
    event: { ...makePost({ id, source: 'bluesky', text: 'a cat', author: { id: 'ann' } }), ...overrides },
  };
}

test('a cursor alone is one that has passed', () => {
  const convert = toItems({ ...DEPS, network: { normalise: () => ({ kind: 'rejected', reason: 'asked' }) } });

  expect(convert({ cursor: '9' })).toEqual([{ kind: 'passed', cursor: '9' }]);
  expect(convert({})).toEqual([]);
  expect(convert({ payload: null, cursor: '9' })).toEqual([
    { kind: 'rejected', place: 'bluesky 1', reason: 'asked', cursor: '9' },
  ]);
});

describe('a post', () => {
  test('that a topic matches is an event with its tag', () => {
    const [item] = world().take(event('bluesky:1'));

    expect(item).toMatchObject({ kind: 'event', place: 'bluesky 1', value: { id: 'bluesky:1', tags: ['cats'] } });
  });

  test('that none matches is counted and left out', () => {
    const { counts, take } = world();

    expect(take(event('bluesky:1', { text: 'a dog' }))).toEqual([]);
    expect(counts.get('no topic')).toBe(1);
  });

  test('that none matches is an event without tags where everything is taken', () => {
    expect(world({ takesEverything: true }).take(event('bluesky:1', { text: 'a dog' }))).toMatchObject([
      { kind: 'event', value: { tags: [] } },
    ]);
  });

  test('has the tags of its network where that says them', () => {
    const { take } = world({ network: { normalise: (payload) => payload as Normalised, matchesTopics: true } });

    expect(take(event('twitter:1', { tags: ['by rule'] }))).toMatchObject([{ value: { tags: ['by rule'] } }]);
  });

  test('that was sent and matches no longer is sent again, to replace what was', () => {
    const { take } = world();
    take(event('bluesky:1'));

    expect(take(event('bluesky:1', { text: 'a dog' }))).toMatchObject([{ value: { text: 'a dog', tags: [] } }]);
  });
});

describe('a delete', () => {
  test('of a post that was sent is an event', () => {
    const { take } = world();
    take(event('bluesky:1'));

    expect(take({ kind: 'delete', id: 'bluesky:1', createdAt: CREATED_AT })).toEqual([
      {
        kind: 'event',
        place: 'bluesky 2',
        value: {
          v: 1,
          id: 'bluesky:1',
          kind: 'delete',
          created_at: CREATED_AT,
          observed_at: new Date(NOW_MS).toISOString(),
        },
      },
    ]);
  });

  test('without a time has that of the post', () => {
    const { take } = world();
    take(event('bluesky:1'));

    expect(take({ kind: 'delete', id: 'bluesky:1' })).toMatchObject([{ value: { created_at: CREATED_AT } }]);
  });

  test('of a post that an earlier run may have sent is an event', () => {
    expect(world().take({ kind: 'delete', id: 'bluesky:7', createdAt: STARTED_AT })).toHaveLength(1);
  });

  test.each([
    ['of a post that was not sent', { createdAt: CREATED_AT }, 'delete of what was not sent'],
    ['of which nobody knows when it was written', {}, 'delete of unknown age'],
  ])('%s is counted and left out', (_, time, what) => {
    const { counts, take } = world();

    expect(take({ kind: 'delete', id: 'bluesky:7', ...time })).toEqual([]);
    expect(counts.get(what)).toBe(1);
  });
});

test('an author who is gone takes all their posts along', () => {
  const { take } = world();
  for (const id of ['bluesky:1', 'bluesky:2']) take(event(id));
  take(event('bluesky:3', { author: { id: 'bob' } }));

  const items = take({ kind: 'author-gone', authorId: 'ann' });

  expect(items).toMatchObject([{ value: { id: 'bluesky:1', kind: 'delete' } }, { value: { id: 'bluesky:2' } }]);
});

describe('a cursor', () => {
  test('stands behind the last of several items', () => {
    const { take } = world();
    for (const id of ['bluesky:1', 'bluesky:2']) take(event(id));

    expect(take({ kind: 'author-gone', authorId: 'ann' }, '9').map(({ cursor }) => cursor)).toEqual([undefined, '9']);
  });

  test('goes on where nothing is sent', () => {
    expect(world().take({ kind: 'ignored', what: 'likes' }, '9')).toEqual([{ kind: 'passed', cursor: '9' }]);
  });
});

test('a recording begins when its first payload came: what its deletes are about may have been sent before', () => {
  const { take } = world({ openSent: sentPosts });
  const at = (receivedAt: string, createdAt: string) =>
    toItems({
      source: 'bluesky',
      network: { normalise: () => ({ kind: 'delete', id: 'bluesky:9', createdAt }) },
      takesEverything: true,
      match,
      openSent: sentPosts,
      now: () => NOW_MS,
      count: () => undefined,
    })({ payload: {}, receivedAt });

  expect(at('2026-01-01T00:00:00.000Z', '2025-12-31T00:00:00.000Z')).toHaveLength(1);
  expect(at('2026-01-01T00:00:00.000Z', '2026-01-01T00:00:01.000Z')).toEqual([]);
  expect(take({ kind: 'delete', id: 'bluesky:9', createdAt: '2026-11-20T17:00:00.000Z' })).toHaveLength(1);
});

test('what a network cannot read is rejected with its reason', () => {
  expect(world().take({ kind: 'rejected', reason: 'no text' })).toEqual([
    { kind: 'rejected', place: 'bluesky 1', reason: 'no text' },
  ]);
});

test('a payload that nobody foresaw is rejected, and does not end the reading', () => {
  const { take } = world({
    network: {
      normalise: () => {
        throw new RangeError('deep inside');
      },
    },
  });

  expect(take({ kind: 'ignored', what: '' })).toEqual([
    { kind: 'rejected', place: 'bluesky 1', reason: 'unprocessable (RangeError)' },
  ]);
});
