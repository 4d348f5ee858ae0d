import { expect, test } from 'vitest';

import type { PostSearch } from '../../core/search/queries.ts';
import { countPosts, findPosts } from '../../storage/search/find-posts.ts';
import { suggest } from '../../storage/search/suggest.ts';
import { describeSearch } from '../support/describe-search.ts';
import { makeDelete, makePost } from '../support/make-event.ts';
import { searchWorld } from '../support/search-world.ts';

const POSTS = [
  makePost({
    id: 'twitter:lakers',
    text: 'The Lakers are running away with it, what a great night',
    hashtags: ['NBA', 'LakeShow'],
    author: { id: '7', handle: 'KingJames', name: 'LeBron James' },
    metrics: { likes: 10 },
    tags: ['nba'],
    created_at: '2026-11-20T17:00:00.000Z',
  }),
  makePost({
    id: 'reddit:bulls',
    source: 'reddit',
    title: "The Bulls' worst game",
    text: 'A terrible night in Chicago, against the Lakers of all teams',
    author: { id: 'u1', handle: 'bull_fan' },
    metrics: { score: 500, comments: 3 },
    created_at: '2026-10-31T23:59:59.999Z',
  }),
  makePost({
    id: 'bluesky:phone',
    source: 'bluesky',
    text: 'The camera is great. The battery is terrible.',
    mentions: ['kingjames'],
    author: { id: 'd1', handle: 'ann.example', name: 'Ann Jamesson' },
    place: { name: 'Los Angeles', city: 'Los Angeles', country: 'US' },
    created_at: '2026-11-20T18:00:00.000Z',
  }),
];

const EVERYTHING: PostSearch = { text: '', filter: {}, sort: 'newest', limit: 20 };

describeSearch('a search for posts', (url) => {
  test('finds by words, their forms, phrases, alternatives and what must not be there', async () => {
    const { client, alias, index } = await searchWorld(url);
    await index(...POSTS);
    const finds = async (text: string): Promise<string> => {
      const { posts } = await findPosts(client, alias, { ...EVERYTHING, text });
      return posts.map(({ document }) => document.id.replace(/^.*:/, '')).join(' ');
    };

    const found = Object.fromEntries(await Promise.all(QUERIES.map(async ([text]) => [text, await finds(text)])));

    expect(found).toEqual(Object.fromEntries(QUERIES));
  });

  test('keeps to the posts that are asked for', async () => {
    const { client, alias, index } = await searchWorld(url);
    await index(...POSTS);

    const found = FILTERS.map(async ([name, filter]) => {
      const { posts } = await findPosts(client, alias, { ...EVERYTHING, filter });
      return [name, filter, posts.map(({ document }) => document.id)];
    });

    expect(await Promise.all(found)).toEqual(FILTERS);
  });

  test.each([
    ['newest', ['bluesky:phone', 'twitter:lakers', 'reddit:bulls']],
    ['engagement', ['reddit:bulls', 'twitter:lakers', 'bluesky:phone']],
  ] as const)('sorts by %s', async (sort, ids) => {
    const { client, alias, index } = await searchWorld(url);
    await index(...POSTS);

    const { posts } = await findPosts(client, alias, { ...EVERYTHING, sort });

    expect(posts.map(({ document }) => document.id)).toEqual(ids);
  });

  test('puts what says it most first, by relevance', async () => {
    const { client, alias, index } = await searchWorld(url);
    await index(
      makePost({ id: 'twitter:once', text: `cats ${'and so on '.repeat(20)}` }),
      makePost({ id: 'twitter:often', text: 'cats cats cats' }),
    );

    const { posts } = await findPosts(client, alias, { ...EVERYTHING, text: 'cats', sort: 'relevance' });

    expect(posts.map(({ document }) => document.id)).toEqual(['twitter:often', 'twitter:once']);
  });

  test('counts all and gives the first ones, with what was looked for marked in any form', async () => {
    const { client, alias, index } = await searchWorld(url);
    await index(...POSTS);

    const { total, posts } = await findPosts(client, alias, {
      ...EVERYTHING,
      text: 'lakers run "great night"',
      limit: 1,
    });
    const [post] = posts;

    expect(total).toBe(1);
    expect(post?.text.filter(({ isMatch }) => isMatch)).toEqual([
      { text: 'Lakers', isMatch: true },
      { text: 'running', isMatch: true },
      { text: 'great', isMatch: true },
      { text: 'night', isMatch: true },
    ]);
    expect(post?.text.map(({ text }) => text).join('')).toBe(POSTS[0]?.text);
  });

  test('does not find what was deleted', async () => {
    const { client, alias, index } = await searchWorld(url);
    await index(...POSTS, makeDelete({ id: 'twitter:lakers', created_at: '2026-11-20T17:00:00.000Z' }));

    expect(await findPosts(client, alias, { ...EVERYTHING, text: 'LakeShow' })).toEqual({ total: 0, posts: [] });
    expect(await countPosts(client, alias)).toBe(2);
  });

  test('finds nothing where there is no index yet', async () => {
    const { client, alias } = await searchWorld(url);

    expect(await findPosts(client, alias, EVERYTHING)).toEqual({ total: 0, posts: [] });
    expect(await countPosts(client, alias)).toBe(0);
    expect(await suggest(client, alias, { typed: 'a', filter: {}, limit: 5 })).toMatchObject({ begins: [] });
  });
});

const AT_FIVE = Date.parse('2026-11-20T17:00:00.000Z');
const FILTERS = [
  ['source', { source: 'reddit' }, ['reddit:bulls']],
  ['sentiment', { sentiment: 'positive' }, ['twitter:lakers']],
  ['topic, in any case', { topic: 'NBA' }, ['twitter:lakers']],
  ['feature, in any case', { feature: 'CAMERA' }, ['bluesky:phone']],
  ['sentiment of a feature', { feature: 'battery', sentiment: 'negative' }, ['bluesky:phone']],
  ['sentiment of a feature, not of another one', { feature: 'camera', sentiment: 'negative' }, []],
  ['author, in any case', { author: '@kingjames' }, ['twitter:lakers']],
  ['time', { sinceMs: AT_FIVE }, ['bluesky:phone', 'twitter:lakers']],
  ['several', { source: 'twitter', topic: 'nba', sinceMs: AT_FIVE + 1 }, []],
] as const;

const QUERIES = [
  ['lakers', 'lakers bulls'],
  ['LAKERS', 'lakers bulls'],
  ['lakers -chicago', 'lakers'],
  ['-chicago', 'phone lakers'],
  ['run', 'lakers'],
  ['bull', 'bulls'],
  ['the lakers', 'lakers bulls'],
  ['"terrible night"', 'bulls'],
  ['"night terrible"', ''],
  ['“terrible night”', 'bulls'],
  ['-"terrible night" great', 'phone lakers'],
  ['camera OR chicago', 'phone bulls'],
  ['camera OR chicago terrible', 'phone bulls'],
  ['camera OR lakers great', 'phone lakers'],
  ['great camera OR running', 'phone lakers'],
  ['#nba', 'lakers'],
  ['#lakers', ''],
  ['@kingjames', 'phone lakers'],
  ['lakeshow', 'lakers'],
  ['kingjames', 'lakers'],
  ['lebron james', 'lakers'],
  ['"lebron james"', 'lakers'],
  ['james', 'lakers'],
  ['chicago camera', ''],
  ['', 'phone lakers bulls'],
  ['   ', 'phone lakers bulls'],
  ['!!! & lakers', 'lakers bulls'],
  ['lakers OR', 'lakers bulls'],
  ['OR', 'phone lakers bulls'],
  ['"lakers of', 'bulls'],
  ['lakers AND (', 'lakers bulls'],
  ['text:lakers', ''],
  ['*', 'phone lakers bulls'],
  ['lak*', 'lakers bulls'],
  ['#lake*', 'lakers'],
  ['@king*', 'phone lakers'],
  ['chic* lak*', 'bulls'],
  ['"the bulls\' worst"', 'bulls'],
  ['"a bulls\' worst"', ''],
  ['-lak*', 'phone'],
  ['lakers~2 /a[b/ \\ {"a":1} + ^', ''],
] as const;

describeSearch('suggestions', (url) => {
  test('begin with, or contain, what is typed, with the number of posts', async () => {
    const { client, alias, index } = await searchWorld(url);
    await index(
      ...POSTS,
      makePost({ id: 'twitter:2', hashtags: ['nba', 'nbafinals', 'wnba'], created_at: '2026-09-20T17:00:00.000Z' }),
      makePost({ id: 'twitter:3', hashtags: ['NBA'], author: { id: '9', handle: 'nba_Jam', name: 'Café NBA' } }),
    );

    const { begins, contains, isExact } = await suggest(client, alias, { typed: 'NBA', filter: {}, limit: 5 });

    expect(begins).toEqual([
      { kind: 'hashtag', word: 'nba', posts: 3 },
      { kind: 'hashtag', word: 'nbafinals', posts: 1 },
      { kind: 'author', word: 'nba_jam', posts: 1 },
      { kind: 'name', word: 'cafe nba', posts: 1 },
    ]);
    expect(contains).toEqual([{ kind: 'hashtag', word: 'wnba', posts: 1 }]);
    expect(isExact).toBe(true);
  });

  test('for letters, digits, accents and signs', async () => {
    const { client, alias, index } = await searchWorld(url);
    await index(...POSTS, makePost({ id: 'twitter:4', hashtags: ['Köln', 'iphone17promax'] }));

    const found = TYPED.map(async ([typed]) => {
      const { begins, contains } = await suggest(client, alias, { typed, filter: {}, limit: 5 });
      const [first, second] = [begins, contains].map((group) => group.map(({ kind, word }) => `${kind} ${word}`));
      return [typed, first, second];
    });

    expect(await Promise.all(found)).toEqual(TYPED);
  });

  test('name states and countries, by the beginning of each word', async () => {
    const { client, alias, index } = await searchWorld(url);
    await index(makePost({ place: { state: 'North Carolina', country: 'Côte d’Ivoire' } }));

    const found = ['caro', 'cot'].map(async (typed) => suggest(client, alias, { typed, filter: {}, limit: 5 }));

    expect((await Promise.all(found)).flatMap(({ begins }) => begins)).toEqual([
      { kind: 'state', word: 'north carolina', posts: 1 },
      { kind: 'country', word: "cote d'ivoire", posts: 1 },
    ]);
  });

  test('keep to the posts that are asked for, and to as many of a kind', async () => {
    const { client, alias, index } = await searchWorld(url);
    await index(...POSTS, makePost({ id: 'twitter:5', hashtags: ['n1', 'n2', 'n3', 'n2'] }));

    const found = await suggest(client, alias, { typed: 'n', filter: { source: 'twitter' }, limit: 2 });

    expect(found.begins.map(({ word }) => word)).toEqual(['n1', 'n2']);
  });
});

const TYPED: [string, string[], string[]][] = [
  ['los', ['place los angeles', 'city los angeles'], []],
  ['angel', ['place los angeles', 'city los angeles'], []],
  ['ngel', [], ['place los angeles', 'city los angeles']],
  ['CAM', ['feature camera'], []],
  ['mera', [], ['feature camera']],
  ['ann.', ['author ann.example', 'name ann jamesson'], []],
  ['.', [], ['author ann.example']],
  ['iphone17', ['hashtag iphone17promax'], []],
  ['17', [], ['hashtag iphone17promax']],
  ['n.*e', [], []],
  ['*', [], []],
  ['@#&<>~"\\{}[]()|?+^$', [], []],
  ['köl', ['hashtag koln'], []],
  ['oln', [], ['hashtag koln']],
];
