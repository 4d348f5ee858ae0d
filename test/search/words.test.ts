import { expect, test } from 'vitest';

import { suggest } from '../../storage/search/suggest.ts';
import { describeSearch } from '../support/describe-search.ts';
import { makePost } from '../support/make-event.ts';
import { searchWorld } from '../support/search-world.ts';

const LONGEST = 'supercalifragilisticexpialidocious2026';

const TAGS: Readonly<Record<string, readonly string[]>> = {
  iphone: ['iPhone17ProMax'],
  long: [LONGEST],
  digits: ['2026'],
  accents: ['Música'],
  japanese: ['猫カフェ'],
  two: ['first', 'Second'],
  signs: ['.*+?[]"\\'],
  // Each would find the others, and `none`, if its sign meant anything.
  dot: ['c.d'],
  star: ['c*d'],
  plus: ['c+d'],
  question: ['c?d'],
  brackets: ['c[d]'],
  quote: ['c"d'],
  backslash: ['c\\d'],
  none: ['cxd', 'cd', 'ccd'],
};

/** What is typed, and which of the tags above it finds. */
const PREFIXES: readonly (readonly [string, readonly string[]])[] = [
  ['i', ['iphone']],
  ['iP', ['iphone']],
  ['iphone1', ['iphone']],
  ['IPHONE17PROMAX', ['iphone']],
  ['iphone17promaxx', []],
  ['phone', []],
  ['17', []],
  ['s', ['long', 'two']],
  ['supercalifr', ['long']],
  ['supercalifragilistic', ['long']],
  ['supercalifragilisticexpialidocious', ['long']],
  [LONGEST, ['long']],
  ['supercalifragilistix', []],
  ['20', ['digits']],
  ['2026', ['digits']],
  ['music', ['accents']],
  ['MÚSICA', ['accents']],
  ['猫', ['japanese']],
  ['カフェ', []],
  ['se', ['two']],
  ['.', ['signs']],
  ['.*', ['signs']],
  ['.*+?[]"\\', ['signs']],
  ['*', []],
  ['c.', ['dot']],
  ['c*', ['star']],
  ['c+D', ['plus']],
  ['c?', ['question']],
  ['c[d]', ['brackets']],
  ['c"', ['quote']],
  ['c\\', ['backslash']],
  ['c', ['backslash', 'brackets', 'dot', 'none', 'plus', 'question', 'quote', 'star']],
];

const SUBSTRINGS: readonly (readonly [string, readonly string[]])[] = [
  ['phone', ['iphone']],
  ['PHONE17', ['iphone']],
  ['17', ['iphone']],
  ['max', ['iphone']],
  ['e', ['iphone', 'long', 'two']],
  ['expialidocious2026', ['long']],
  ['026', ['digits', 'long']],
  ['usic', ['accents']],
  ['ÚSI', ['accents']],
  ['カフ', ['japanese']],
  ['xyz', []],
  ['*+?', ['signs']],
  [']"\\', ['signs']],
  ['.d', ['dot']],
  ['*d', ['star']],
  ['+d', ['plus']],
  ['?D', ['question']],
  ['[d', ['brackets']],
  ['"d', ['quote']],
  ['\\d', ['backslash']],
];

const STEMS: readonly (readonly [string, string, boolean])[] = [
  ['He was running away', 'runs', true],
  ['He runs', 'running', true],
  ['Two cameras', 'camera', true],
  ["The camera's lens", 'camera', true],
  ['The camera’s lens', 'cameras', true],
  ['Terribly disappointed', 'disappointing', true],
  ['Señor Café', 'cafe', true],
  ['runner', 'run', false],
  ['university', 'universe', true],
  ['catalogue', 'cat', false],
];

/** A post for each list of tags. */
function taggedPosts() {
  return Object.entries(TAGS).map(([id, hashtags]) => makePost({ id: `twitter:${id}`, hashtags: [...hashtags] }));
}

/** Of the tags of posts that were found, those by which they were, in the order of suggestions. */
function wordsMeant(group: 'begins' | 'contains', typed: string, ids: readonly string[]): string[] {
  const words = ids.flatMap((id) => TAGS[id] ?? []).map(folded);
  const at = (word: string): number => word.indexOf(folded(typed));
  return words.filter((word) => (group === 'begins' ? at(word) === 0 : at(word) > 0)).toSorted();
}

function folded(word: string): string {
  return word.toLowerCase().normalize('NFD').replaceAll(/\p{M}/gu, '');
}

describeSearch('words of the index', (url) => {
  test('are found by their beginning, whatever its length, case and letters', async () => {
    const { index, find } = await searchWorld(url);
    await index(...taggedPosts());

    const found = PREFIXES.map(async ([typed]) => [typed, await find({ match: { 'hashtags.prefix': typed } })]);

    expect(await Promise.all(found)).toEqual(PREFIXES.map(([typed, ids]) => [typed, ids.map((id) => `twitter:${id}`)]));
  });

  test('are found by any part, whatever its place, case and letters', async () => {
    const { index, find } = await searchWorld(url);
    await index(...taggedPosts());

    const found = SUBSTRINGS.map(async ([part]) => [
      part,
      await find({ wildcard: { hashtags: { value: `*${part.replaceAll(/[\\*?]/g, String.raw`\$&`)}*` } } }),
    ]);

    expect(await Promise.all(found)).toEqual(SUBSTRINGS.map(([part, ids]) => [part, ids.map((id) => `twitter:${id}`)]));
  });

  test.each([
    ['begins', [...PREFIXES, [`${LONGEST}x`, []], [LONGEST.slice(0, 25), ['long']]]],
    ['contains', SUBSTRINGS],
  ] as const)('are suggested, in the group %s, as they are found', async (group, typings) => {
    const { client, alias, index } = await searchWorld(url);
    await index(...taggedPosts());
    const finds = typings.map(async ([typed]) => {
      const found = await suggest(client, alias, { typed, filter: {}, limit: 20 });
      return [typed, found[group].map(({ kind, word, posts }) => `${kind} ${word} ${posts}`)];
    });

    expect(await Promise.all(finds)).toEqual(
      typings.map(([typed, ids]) => [typed, wordsMeant(group, typed, ids).map((word) => `hashtag ${word} 1`)]),
    );
  });

  test.each([
    'author.handle',
    'author.name',
    'author.location',
    'place.name',
    'place.city',
    'place.state',
    'place.country',
    'features.name',
  ])('are found by beginning and part in %s', async (field) => {
    const { index, find } = await searchWorld(url);
    const name = 'Dot Projector';
    await index(
      makePost({
        text: `the ${name}`,
        author: { id: '7', handle: name, name, location: name },
        place: { name, city: name, state: name, country: name },
      }),
    );

    expect(await find({ match: { [`${field}.prefix`]: 'DOT' } })).toEqual(['twitter:1']);
    expect(await find({ match: { [`${field}.prefix`]: 'ot' } })).toEqual([]);
    expect(await find({ wildcard: { [field]: { value: '*t pro*' } } })).toEqual(['twitter:1']);
    expect(await find({ wildcard: { [field]: { value: '*PROJEC*' } } })).toEqual(['twitter:1']);
  });

  test.each(['author.name', 'place.city'])(
    'of several words are found by the beginning of each in %s',
    async (field) => {
      const { index, find } = await searchWorld(url);
      await index(makePost({ author: { id: '7', name: 'Ann O’Neil-Smith' }, place: { city: 'Ann O’Neil-Smith' } }));
      const finds = (text: string): Promise<string[]> =>
        find({ match: { [`${field}.prefix`]: { query: text, operator: 'and' } } });

      for (const text of ['a', 'smi', 'ann smith', 'o’nei']) expect(await finds(text), text).toEqual(['twitter:1']);
      for (const text of ['mith', 'anna', 'ann jones']) expect(await finds(text), text).toEqual([]);
    },
  );

  test('of a text are found in other forms, as English has them', async () => {
    const { index, find } = await searchWorld(url);
    await index(...STEMS.map(([text], i) => makePost({ id: `twitter:${i}`, text, title: text })));

    for (const field of ['text.en', 'title.en'])
      for (const [i, [text, word, isFound]] of STEMS.entries())
        expect((await find({ match: { [field]: word } })).includes(`twitter:${i}`), `${word} in ${text}`).toBe(isFound);
  });

  test('of a text are found as they are written, without accents and case', async () => {
    const { index, find } = await searchWorld(url);
    await index(makePost({ text: 'Señor CAFÉ was running to be or not to be' }));

    for (const word of ['senor', 'café', 'RUNNING', 'not'])
      expect(await find({ match: { text: word } })).toEqual(['twitter:1']);
    for (const word of ['run', 'caf']) expect(await find({ match: { text: word } })).toEqual([]);
    expect(await find({ match_phrase: { text: 'to be or not to be' } })).toEqual(['twitter:1']);
  });
});
