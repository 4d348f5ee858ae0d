import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { sentPosts } from '../../../producers/network/sent-posts.ts';

const START = '2026-11-20T17:00:00.000Z';

function at(minute: number): string {
  return new Date(Date.parse(START) + minute * 60_000).toISOString();
}

test('a post that was sent is never taken for one that was not, however small the memory', () => {
  const post = fc.record({ number: fc.nat(30), minute: fc.nat(60) });
  fc.assert(
    fc.property(fc.array(post, { maxLength: 60 }), fc.integer({ min: 1, max: 10 }), (posts, capacity) => {
      const memory = sentPosts(START, capacity);
      const sent = new Map<string, string>();
      for (const { number, minute } of posts) {
        // A post has one time, whenever it is observed.
        const createdAt = sent.get(`p${number}`) ?? at(minute);
        sent.set(`p${number}`, createdAt);
        memory.add(`p${number}`, { createdAt, authorId: `a${number % 3}` });
      }

      for (const [id, createdAt] of sent) expect(memory.mayHave(id, createdAt)).toBe(true);
    }),
  );
});

test('a post that was not sent is known not to have been, while the memory lasts', () => {
  const memory = sentPosts(START, 10);
  memory.add('p1', { createdAt: at(5), authorId: undefined });

  expect(memory.mayHave('p2', at(5))).toBe(false);
  expect(memory.mayHave('p2', START)).toBe(true);
});

test('beyond its size it knows only that older posts may have been sent', () => {
  const memory = sentPosts(START, 2);
  for (const minute of [1, 2, 3]) memory.add(`p${minute}`, { createdAt: at(minute), authorId: 'ann' });

  expect(memory.createdAt('p1')).toBeUndefined();
  expect(memory.mayHave('other', at(1))).toBe(true);
  expect(memory.mayHave('other', at(2))).toBe(false);
  expect(memory.byAuthor('ann')).toEqual(['p2', 'p3']);
});

test('a post that is sent again is one post of its author', () => {
  const memory = sentPosts(START);
  for (let i = 0; i < 3; i++) memory.add('p1', { createdAt: at(1), authorId: 'ann' });

  expect(memory.byAuthor('ann')).toEqual(['p1']);
  expect(memory.byAuthor('bob')).toEqual([]);
});
