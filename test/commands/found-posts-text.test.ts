import { stripVTControlCharacters } from 'node:util';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { foundPostsText, nothingFoundText } from '../../commands/found-posts-text.ts';
import { influencersTable } from '../../commands/influencers-table.ts';
import { parseFilter } from '../../commands/search-options.ts';
import { shareTable } from '../../commands/share-table.ts';
import { suggestionsText } from '../../commands/suggestions-text.ts';
import { shareOfVoice } from '../../core/search/share-of-voice.ts';
import { UsageError } from '../../deployment/command-line.ts';
import type { FoundDocument, FoundPost } from '../../storage/search/find-posts.ts';

function found(fields: Partial<FoundDocument>, marks: Partial<FoundPost> = {}): FoundPost {
  const document = {
    id: 'twitter:1',
    source: 'twitter' as const,
    created_at: '2026-11-20T17:38:40.000Z',
    text: '',
    ...fields,
  };
  const whole = (text: string) => (text === '' ? [] : [{ text, isMatch: false }]);
  return { document, text: whole(document.text), title: whole(document.title ?? ''), ...marks };
}

function shown(posts: readonly FoundPost[], { total = posts.length, width = 60 } = {}): string[] {
  return stripVTControlCharacters(foundPostsText({ total, posts }, 'newest', width)).split('\n');
}

describe('a found post', () => {
  test('says when, where, who, how it sounds, what it moved, what it says and where it is', () => {
    const post = found({
      author: { id: '7', handle: 'KingJames' },
      sentiment: { label: 'positive', score: 0.5 },
      engagement: 1_234,
      text: 'What a night',
      url: 'https://x.com/KingJames/status/1',
    });

    expect(shown([post])).toEqual([
      '1 found:',
      '',
      '2026-11-20 17:38:40  twitter  @KingJames  positive  engagement 1,234',
      '  What a night',
      '  https://x.com/KingJames/status/1',
      '',
    ]);
  });

  test('leaves out what is not known', () => {
    expect(shown([found({ text: 'x' })]).slice(2)).toEqual(['2026-11-20 17:38:40  twitter', '  x', '']);
  });

  test.each([
    ['as a line with its title', { title: 'Title', text: 'one\n\n two\tthree' }, '  Title – one two three'],
    ['once if the text begins with the title', { title: 'Title', text: 'Title and more' }, '  Title and more'],
    ['cut to the terminal', { text: 'abc '.repeat(99) }, `  ${'abc '.repeat(15).slice(0, 57)}…`],
  ])('is shown %s', (_, fields, line) => {
    expect(shown([found(fields)])[3]).toBe(line);
  });

  test('is shown around what was looked for, where that stands too far behind', () => {
    const text = [
      { text: 'x'.repeat(500), isMatch: false },
      { text: 'lakers', isMatch: true },
      { text: 'y'.repeat(500), isMatch: false },
    ];

    expect(shown([found({ text: 'x' }, { text })])[3]).toBe(`  …${'x'.repeat(30)}lakers${'y'.repeat(20)}…`);
  });

  test('is shown to its end, where what was looked for stands there', () => {
    const text = [
      { text: `${'x'.repeat(500)}abcd`, isMatch: false },
      { text: 'lakers', isMatch: true },
    ];

    expect(shown([found({ text: 'x' }, { text })])[3]).toBe(`  …${'x'.repeat(47)}abcdlakers`);
  });

  test('is one of those that there are', () => {
    expect(shown([found({})], { total: 1_234 })[0]).toBe('1,234 found, the newest 1:');
  });

  test('never moves the cursor, whatever strangers have written', () => {
    const evil = fc.string({
      unit: fc.constantFrom('\u001b[2J', '\r', '\u0007', '\u202e', '\u2028', '\u009b', 'a', '\n', '猫'),
    });
    fc.assert(
      fc.property(evil, evil, fc.integer({ min: 20, max: 200 }), (text, other, width) => {
        const author = { id: other, handle: other };
        const post = found({ text, title: other, url: other, author }, { text: [{ text, isMatch: true }] });
        const lines = foundPostsText({ total: 1, posts: [post] }, 'newest', width).split('\n');

        expect(lines).toHaveLength(6);
        for (const line of lines) expect(stripVTControlCharacters(line)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect([...stripVTControlCharacters(lines[3] ?? '')].length).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe('nothing found', () => {
  test.each([
    [
      'in an empty index',
      { text: 'x', given: {}, posts: 0 },
      /^The index of the preset nba holds no posts yet: .*producer:generator -- --preset nba/,
    ],
    [
      'since',
      { text: 'x', given: { since: '1h' }, posts: 1_234 },
      /^Nothing found among 1,234 posts: widen --since, or search/,
    ],
    [
      'with options',
      { text: '', given: { source: 'reddit', topic: 'nba' }, posts: 2 },
      /: leave out --source or --topic\.$/,
    ],
  ])('%s says what to do', (_, search, sentence) => {
    expect(nothingFoundText({ ...search, preset: 'nba' })).toMatch(sentence);
  });
});

describe('suggestions', () => {
  const nba = { kind: 'hashtag', word: 'nba\u001b[2J', posts: 1_234 } as const;

  test('are two groups of words with their posts, and nothing that moves the cursor', () => {
    const text = stripVTControlCharacters(suggestionsText({ begins: [nba], contains: [nba], isExact: true }, 'nb'));

    expect(text.split('\n')).toEqual([
      'Begins with "nb":',
      '  kind     word     posts',
      '  hashtag  nba [2J  1,234',
      '',
      'Contains "nb":',
      '  kind     word     posts',
      '  hashtag  nba [2J  1,234',
      '',
    ]);
  });

  test('that are none say what to do, those that are not exact say so', () => {
    expect(suggestionsText({ begins: [], contains: [], isExact: true }, 'x')).toMatch(/^No hashtag.*try/);
    expect(suggestionsText({ begins: [nba], contains: [], isExact: false }, 'n')).toMatch(/at least/);
  });
});

describe('tables of voices', () => {
  test('of influencers count from one, and do not make up followers', () => {
    const best = [
      { source: 'twitter', id: '7', handle: 'a', posts: 1_000, engagement: 5, followers: 9 },
      { source: 'reddit', id: '8', posts: 1, engagement: 0 },
    ] as const;

    const text = stripVTControlCharacters(influencersTable({ authors: 2, best }, 'posts'));

    expect(text).toContain('  1  twitter  @a      1,000          9           5\n');
    expect(text).toContain('  2  reddit   8           1          ?           0\n');
  });

  test('of nobody say what to do', () => {
    expect(influencersTable({ authors: 0, best: [] }, 'reach')).toMatch(/widen --since/);
    expect(shareTable([], 0)).toMatch(/widen --since/);
  });

  test('of topics have a line for each topic and network', () => {
    const voice = { posts: 2, authors: 1, reach: 0, engagement: 3 };
    const shares = shareOfVoice([{ scope: { kind: 'all' }, sources: [{ source: 'reddit', ...voice }] }]);

    const lines = stripVTControlCharacters(shareTable(shares, 3)).split('\n');

    expect(lines.slice(2)).toEqual([
      expect.stringMatching(/^ {2}\(all\) +2 +100\.00 +1 +0 +– +3 +100\.00$/),
      expect.stringMatching(/^ +reddit +2 +100\.00 +1 +0 +– +3 +100\.00$/),
      'And 3 more topics with fewer posts; --topic shows one.',
      '',
    ]);
  });
});

describe('options that choose posts', () => {
  const NOW_MS = Date.parse('2026-11-20T17:00:00.000Z');

  test('are read', () => {
    expect(parseFilter({ source: 'Twitter', sentiment: 'negative', since: '1h', topic: 'nba' }, NOW_MS)).toEqual({
      source: 'twitter',
      sentiment: 'negative',
      topic: 'nba',
      sinceMs: NOW_MS - 3_600_000,
    });
  });

  test.each([{ source: 'myspace' }, { sentiment: 'bad' }, { since: 'x' }])(
    '%j is refused with a sentence',
    (values) => {
      expect(() => parseFilter(values, NOW_MS)).toThrow(UsageError);
    },
  );
});
