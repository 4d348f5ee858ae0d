import { expect, test } from 'vitest';

import { shareOfVoice, type TopicShare } from '../../core/search/share-of-voice.ts';
import type { Post } from '../../core/social-event.ts';
import { findVoices } from '../../storage/search/find-share-of-voice.ts';
import { findInfluencers } from '../../storage/search/influencers.ts';
import { describeSearch } from '../support/describe-search.ts';
import { makePost } from '../support/make-event.ts';
import { engagementOf, followersOf, postsByAuthor, standingPosts } from '../support/naive-voices.ts';
import { randomVoices } from '../support/random-voices.ts';
import { searchWorld } from '../support/search-world.ts';

const EVENTS = randomVoices(7, 6_000);
const ALL = standingPosts(EVENTS);
const SINCE = '2026-09-15T12:00:00.000Z';

function nobody(): void {
  // Nobody is told how far it has come.
}

interface Row {
  readonly source: string;
  readonly id: string;
  readonly posts: number;
  readonly engagement: number;
  readonly followers: number | undefined;
}

function naiveInfluencers(posts: readonly Post[], by: 'posts' | 'engagement' | 'reach'): Row[] {
  const rows = [...postsByAuthor(posts)].map(([key, own]): Row => {
    const [source = '', id = ''] = key.split(' ');
    return { source, id, posts: own.length, engagement: engagementOf(own), followers: followersOf(own) };
  });
  const value = (row: Row): number => (by === 'reach' ? (row.followers ?? -1) : row[by]);
  return rows.toSorted(
    (a, b) => value(b) - value(a) || b.posts - a.posts || (a.source + ' ' + a.id < b.source + ' ' + b.id ? -1 : 1),
  );
}

const FILTERS = [
  ['everywhere', {}, () => true],
  ['on a topic, in any spelling', { topic: 'MUSICA' }, ({ tags }: Post) => tags.includes('música')],
  ['on a network', { source: 'reddit' }, ({ source }: Post) => source === 'reddit'],
  ['since a moment', { sinceMs: Date.parse(SINCE) }, ({ created_at }: Post) => created_at >= SINCE],
] as const;

describeSearch('influencers', (url) => {
  test('are those of plain loops, over several indices', async () => {
    const { client, alias, index } = await searchWorld(url);
    await index(...EVENTS);

    for (const [, filter, isMeant] of FILTERS)
      for (const measure of ['posts', 'reach', 'engagement'] as const) {
        const found = await findInfluencers({ client, alias }, { filter, measure, limit: 1_000 }, nobody);

        const expected = naiveInfluencers(ALL.filter(isMeant), measure);
        expect(found.best.map(({ handle: _, name: __, ...row }) => row)).toEqual(expected.slice(0, 1_000));
        expect(found.authors).toBe(expected.length);
      }
  });

  test('of more authors than a page holds are those of plain loops', async () => {
    const { client, alias, index } = await searchWorld(url);
    const posts = Array.from({ length: 4_500 }, (_, i) =>
      makePost({
        id: `twitter:${i}`,
        author: { id: `u${i}`, followers: (i * 7_919) % 4_001 },
        metrics: { likes: i % 3 },
      }),
    );
    await index(...posts);

    const found = await findInfluencers({ client, alias }, { filter: {}, measure: 'reach', limit: 25 }, nobody);

    expect(found.authors).toBe(4_500);
    expect(found.best.map(({ handle: _, name: __, ...row }) => row)).toEqual(
      naiveInfluencers(posts, 'reach').slice(0, 25),
    );
  });

  test('are called what they called themselves last', async () => {
    const { client, alias, index } = await searchWorld(url);
    await index(
      makePost({
        id: 'twitter:1',
        author: { id: '7', handle: 'Old', name: 'Old Name' },
        observed_at: '2026-11-20T18:00:00.000Z',
      }),
      makePost({
        id: 'twitter:2',
        author: { id: '7', handle: 'New', followers: 5 },
        observed_at: '2026-11-20T19:00:00.000Z',
      }),
      makePost({ id: 'twitter:3', author: { id: '7' }, observed_at: '2026-11-20T20:00:00.000Z' }),
    );

    const { best } = await findInfluencers({ client, alias }, { filter: {}, measure: 'posts', limit: 5 }, nobody);

    expect(best).toEqual([
      { source: 'twitter', id: '7', handle: 'New', name: undefined, posts: 3, engagement: 0, followers: 5 },
    ]);
  });

  test('are none where there is no index yet', async () => {
    const { client, alias } = await searchWorld(url);

    const found = await findInfluencers({ client, alias }, { filter: {}, measure: 'reach', limit: 5 }, nobody);

    expect(found).toEqual({ authors: 0, best: [] });
    expect(await findVoices({ client, alias }, {}, nobody)).toEqual({ voices: [], leftOut: 0 });
  });
});

describeSearch('share of voice', (url) => {
  test('is that of plain loops, for every topic and network', async () => {
    const { client, alias, index } = await searchWorld(url);
    await index(...EVENTS);

    const { voices } = await findVoices({ client, alias }, {}, nobody);
    const shares = shareOfVoice(voices);

    expect(shares.map(({ scope }) => (scope.kind === 'topic' ? scope.topic : scope.kind))).toEqual([
      'all',
      ...['lakers', 'musica', 'nba', 'no posts but few'].toSorted(
        (a, b) => onTopic(ALL, b).length - onTopic(ALL, a).length || (a < b ? -1 : 1),
      ),
      'none',
    ]);
    for (const share of shares) expect(share).toEqual(naiveShare(share.scope));
  });

  test('of one topic leaves others out', async () => {
    const { client, alias, index } = await searchWorld(url);
    await index(...EVENTS);

    const { voices, leftOut } = await findVoices({ client, alias }, { topic: 'Música' }, nobody);

    expect(shareOfVoice(voices).map(({ scope }) => scope)).toEqual([
      { kind: 'all' },
      { kind: 'topic', topic: 'musica' },
    ]);
    expect(leftOut).toBe(0);
  });
});

function onTopic(posts: readonly Post[], topic: string): Post[] {
  return posts.filter(({ tags }) =>
    tags.some((tag) => tag.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase() === topic),
  );
}

function postsOf(scope: TopicShare['scope']): readonly Post[] {
  if (scope.kind === 'all') return ALL;
  if (scope.kind === 'topic') return onTopic(ALL, scope.topic);
  return ALL.filter(({ tags }) => tags.length === 0);
}

/** Of an author on a topic the followers are those that any of the posts says, as they are one number. */
function naiveShare(scope: TopicShare['scope']): TopicShare {
  const posts = postsOf(scope);
  const followers = new Map([...postsByAuthor(ALL)].map(([key, own]) => [key, followersOf(own) ?? 0]));
  const voiceOf = (own: readonly Post[]) => {
    const authors = [...postsByAuthor(own).keys()];
    const reach = authors.reduce((sum, key) => sum + (followers.get(key) ?? 0), 0);
    return { posts: own.length, engagement: engagementOf(own), authors: authors.length, reach };
  };
  const shares = (part: ReturnType<typeof voiceOf>, whole: ReturnType<typeof voiceOf>) => ({
    posts: percent(part.posts, whole.posts),
    reach: percent(part.reach, whole.reach),
    engagement: percent(part.engagement, whole.engagement),
  });
  const total = voiceOf(posts);
  const sources = (['bluesky', 'reddit', 'twitter'] as const).map((source) => {
    const voice = voiceOf(posts.filter((post) => post.source === source));
    return { source, ...voice, ofTopic: shares(voice, total) };
  });
  return {
    scope,
    total,
    ofAll: shares(total, voiceOf(ALL)),
    sources: sources.toSorted((a, b) => b.posts - a.posts || (a.source < b.source ? -1 : 1)),
  };
}

function percent(part: number, whole: number): number {
  return Math.round((part / whole) * 10_000) / 100;
}
