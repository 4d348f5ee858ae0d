import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { bestOf } from '../../../core/search/best-of.ts';
import { byInfluence, INFLUENCE_MEASURES, type AuthorTotals } from '../../../core/search/influencers.ts';
import { shareOfVoice, type TopicVoice } from '../../../core/search/share-of-voice.ts';

const author: fc.Arbitrary<AuthorTotals> = fc.record({
  source: fc.constantFrom('twitter', 'reddit'),
  id: fc.constantFrom('a', 'b', 'c', '😀', '￼'),
  posts: fc.nat(3),
  engagement: fc.nat(3),
  followers: fc.oneof(fc.nat(3), fc.constant(undefined)),
});

describe('the best of many', () => {
  test('are those of a sort, in the same order', () => {
    fc.assert(
      fc.property(
        fc.array(author),
        fc.integer({ min: 1, max: 10 }),
        fc.constantFrom(...INFLUENCE_MEASURES),
        (authors, limit, measure) => {
          const best = bestOf(limit, byInfluence(measure));
          for (const one of authors) best.add(one);

          expect(best.sorted()).toEqual(authors.toSorted(byInfluence(measure)).slice(0, limit));
        },
      ),
    );
  });

  test('by reach, an author with unknown followers comes after one with none', () => {
    const known: AuthorTotals = { source: 'twitter', id: 'z', posts: 1, engagement: 0, followers: 0 };
    const unknown: AuthorTotals = { source: 'twitter', id: 'a', posts: 9, engagement: 9 };

    expect([unknown, known].toSorted(byInfluence('reach'))).toEqual([known, unknown]);
  });
});

describe('share of voice', () => {
  const nothing = { authors: 0, reach: 0, engagement: 0 };

  test('is in percent of all for topics, and of the topic for networks', () => {
    const voices: TopicVoice[] = [
      { scope: { kind: 'none' }, sources: [{ source: 'reddit', ...nothing, posts: 1 }] },
      { scope: { kind: 'topic', topic: 'nba' }, sources: [{ source: 'twitter', ...nothing, posts: 2 }] },
      {
        scope: { kind: 'all' },
        sources: [
          { source: 'reddit', ...nothing, posts: 1 },
          { source: 'twitter', ...nothing, posts: 2 },
        ],
      },
    ];

    const shares = shareOfVoice(voices);

    expect(shares.map(({ scope, ofAll }) => [scope.kind, ofAll.posts])).toEqual([
      ['all', 100],
      ['topic', 66.67],
      ['none', 33.33],
    ]);
    expect(shares[0]?.sources.map(({ source, ofTopic }) => [source, ofTopic.posts])).toEqual([
      ['twitter', 66.67],
      ['reddit', 33.33],
    ]);
  });

  test('of nothing is not known, rather than none', () => {
    const [share] = shareOfVoice([{ scope: { kind: 'all' }, sources: [{ source: 'reddit', ...nothing, posts: 1 }] }]);

    expect(share?.ofAll).toEqual({ posts: 100, reach: null, engagement: null });
  });

  test('is empty without posts', () => {
    expect(shareOfVoice([])).toEqual([]);
    expect(shareOfVoice([{ scope: { kind: 'all' }, sources: [] }])).toEqual([]);
  });
});
