import { describe, expect, test } from 'vitest';

import {
  decimalOf,
  NAIVE_WINDOW_NAMES,
  naiveRanking,
  naiveSpan,
  type NaiveRequest,
} from '../../commands/naive-ranking.ts';
import type { SocialEvent } from '../../core/social-event.ts';
import { windowAt } from '../../core/windows.ts';
import { liveRowKey } from '../../storage/live-row.ts';
import { importedFiles } from '../support/imported-files.ts';
import { makeDelete, makePost, OBSERVED_AT } from '../support/make-event.ts';
import { makeSettings } from '../support/make-settings.ts';

const LATER = '2026-11-20T17:50:00.000Z';

function rank(events: readonly SocialEvent[], overrides: Partial<NaiveRequest> = {}) {
  const hour = naiveSpan('hour', Date.parse(OBSERVED_AT));
  return naiveRanking(events, { ...hour, category: 'all', weights: makeSettings().weights, ...overrides });
}

describe('the naive ranking', () => {
  test('adds weight times metric and one for the mention, over networks, authors once', () => {
    const author = { id: 'a' };
    const events = [
      makePost({ hashtags: ['cats'], metrics: { likes: 10 }, author }),
      makePost({ id: 'twitter:2', hashtags: ['Cats', '#cats'], metrics: { reposts: 1 }, author }),
      makePost({ id: 'reddit:1', source: 'reddit', hashtags: ['cats'], metrics: { score: -5 }, author }),
      makePost({ id: 'twitter:3', hashtags: ['dogs'], metrics: { quotes: 99 } }),
    ];

    expect(rank(events)).toEqual([
      { rank: 1, key_word: 'cats', score: 2_500_000n, mentions: 3, authors: 2 },
      { rank: 2, key_word: 'dogs', score: 1_000_000n, mentions: 1, authors: 0 },
    ]);
  });

  test('breaks ties by mentions, then by keyword in code-point order', () => {
    const events = [['😀'], ['\uffee'], ['b', 'twice'], ['twice']].map((hashtags, i) =>
      makePost({ id: `twitter:${i}`, hashtags, metrics: { likes: i < 3 ? 1 : 0 } }),
    );

    const words = rank(events, { weights: { twitter: { likes: 1 } } }).map(({ key_word }) => key_word);

    expect(words).toEqual(['twice', 'b', '○', '😀']);
  });

  test.each([
    ['a later one', makePost({ observed_at: LATER, hashtags: ['dogs'] }), ['dogs']],
    ['a later delete', makeDelete({ observed_at: LATER }), []],
    ['a delete of the same moment', makeDelete(), []],
    ['an earlier delete', makeDelete({ observed_at: '2026-11-20T17:38:44.999Z' }), ['cats']],
  ])('counts the latest observation: %s', (_case, other, expected) => {
    const post = makePost({ hashtags: ['cats'] });

    for (const events of [
      [post, other],
      [other, post],
    ])
      expect(rank(events).map(({ key_word }) => key_word)).toEqual(expected);
  });

  test('takes of two observations of the same moment the one whose row has the greater key; raw has no say', () => {
    const words = Array.from({ length: 20 }, (_, i) => `word${i}`);
    const events = words.map((word) => makePost({ hashtags: [word], raw: { word } }));
    const keys = events.map((event) => liveRowKey(event, 1).event_key);

    const greatest = keys.indexOf(keys.toSorted().at(-1) ?? '');

    expect(rank(events)).toMatchObject([{ key_word: words[greatest] }]);
    expect(rank(events.toReversed())).toMatchObject([{ key_word: words[greatest] }]);
  });

  test.each([
    ['tag:music', ['cats']],
    ['source:twitter', ['cats']],
    ['category:twitter/tech', ['cats']],
    ['tag:sport', []],
    ['source:reddit', []],
  ])('ranks the category %s', (category, expected) => {
    const post = makePost({ hashtags: ['cats'], tags: ['Music'], category: 'Tech' });

    expect(rank([post], { category }).map(({ key_word }) => key_word)).toEqual(expected);
  });

  test('knows no category over 256 bytes', () => {
    const tag = 'é'.repeat(200);

    expect(rank([makePost({ hashtags: ['cats'], tags: [tag] })], { category: `tag:${tag}` })).toEqual([]);
  });

  test('counts what was created within the span', () => {
    const span = { fromMs: Date.parse('2026-11-20T17:38:40.000Z'), toMs: Date.parse('2026-11-20T17:38:41.000Z') };
    const times = ['17:38:39.999', '17:38:40.000', '17:38:40.999', '17:38:41.000'];
    const events = times.map((time, i) =>
      makePost({ id: `twitter:${i}`, created_at: `2026-11-20T${time}Z`, hashtags: [`at${i}`] }),
    );

    expect(rank(events, span).map(({ key_word }) => key_word)).toEqual(['at1', 'at2']);
  });

  test('of nothing is empty', () => {
    expect(rank([])).toEqual([]);
  });
});

test.each(['17:00:00.000', '17:38:40.000', '17:59:59.999'])('its windows at %s are those of the tables', (time) => {
  const atMs = Date.parse(`2026-11-20T${time}Z`);

  for (const name of NAIVE_WINDOW_NAMES) {
    const { startMs, endMs, keyDatetime } = windowAt(name, atMs);
    expect(naiveSpan(name, atMs)).toEqual({ fromMs: startMs, toMs: endMs, keyDatetime });
  }
});

test.each([
  [0n, '0'],
  [1n, '0.000001'],
  [-1n, '-0.000001'],
  [10_000_000n, '10'],
  [-1_500_000n, '-1.5'],
  [2n ** 70n, '1180591620717411.303424'],
])('%s millionths are %s', (millionths, expected) => {
  expect(decimalOf(millionths)).toBe(expected);
});

test('the command shares the keyword function, the rules for an event and its canonical form with the core, no more', () => {
  const shared = importedFiles('commands/rank.ts').filter((file) => file.startsWith('core/'));

  // Presets describe their dashboards as well, by fields of the index, which rank nothing.
  const ofDashboards = /^core\/(search\/|event-fields\.ts$)/;
  expect(shared.filter((file) => !ofDashboards.test(file))).toEqual([
    'core/canonical-json.ts',
    'core/hashtags.ts',
    'core/keywords.ts',
    'core/parse-event.ts',
    'core/phrases.ts',
    'core/social-event.ts',
    'core/sources.ts',
    'core/trend-settings.ts',
  ]);
});
