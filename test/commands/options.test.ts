import { describe, expect, test } from 'vitest';

import { parseKeyword } from '../../commands/keyword-option.ts';
import { parseSince } from '../../deployment/since.ts';
import { slowProgress } from '../../deployment/slow-progress.ts';
import { visibleText } from '../../commands/terminal-text.ts';
import { UsageError } from '../../deployment/command-line.ts';

const NOW_MS = Date.parse('2026-11-20T17:38:40.000Z');

describe('--since', () => {
  test.each([
    ['90m', '2026-11-20T16:08:40.000Z'],
    ['24h', '2026-11-19T17:38:40.000Z'],
    ['7d', '2026-11-13T17:38:40.000Z'],
    ['2026-11-20T12:00', '2026-11-20T12:00:00.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(new Date(parseSince(text, NOW_MS)).toISOString()).toBe(expected);
  });

  test.each(['', '0h', '24', 'h', '1w', '-1h', '1.5h', '2026-11-20T17:39', '2026-13-01T00:00', 'toString'])(
    '%j is refused with a sentence',
    (text) => {
      expect(() => parseSince(text, NOW_MS)).toThrow(UsageError);
    },
  );
});

describe('a keyword on the command line', () => {
  test.each([
    ['#Cats', 'cats'],
    ['ＮＢＡ', 'nba'],
    ['Battery Life', 'battery life'],
  ])('%s is %s, as in the tables', (text, expected) => {
    expect(parseKeyword('--keyword', text)).toBe(expected);
  });

  test.each([undefined, '', '#', 'x'.repeat(129)])('%j is refused with a sentence', (text) => {
    expect(() => parseKeyword('--keyword', text)).toThrow(UsageError);
  });
});

test('progress is told every two seconds, not of what is quick, and not at the end', () => {
  const written: string[] = [];
  let nowMs = 0;
  const report = slowProgress('Reading', { write: (text) => written.push(text) }, () => nowMs);

  for (const [done, atMs] of [
    [1, 1_999],
    [2, 2_000],
    [3, 3_999],
    [4, 4_000],
    [5, 9_000],
  ] as const) {
    nowMs = atMs;
    report(done, 5);
  }

  expect(written).toEqual(['Reading: 2 of 5 …\n', 'Reading: 4 of 5 …\n']);
});

test.each([
  ['a\u001b[2Jb', 'a [2Jb'],
  ['a\nb\u2028c', 'a b c'],
  ['x'.repeat(41), `${'x'.repeat(39)}…`],
  ['😀'.repeat(40), '😀'.repeat(40)],
])('%j is shown as %j', (text, expected) => {
  expect(visibleText(text)).toBe(expected);
});
