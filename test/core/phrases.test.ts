import * as fc from 'fast-check';
import { deu } from 'stopword';
import { describe, expect, test } from 'vitest';

import { extractPhrases } from '../../core/phrases.ts';

describe('the phrases of a text', () => {
  test.each([
    ['runs of words between stop words', 'The battery life of this phone is great', ['battery life', 'phone', 'great']],
    ['nothing across punctuation', 'battery life, ticket prices', ['battery life', 'ticket prices']],
    ['nothing across lines', 'battery\nprices', ['battery', 'prices']],
    ['pairs of a long run', 'red green blue yellow', ['red green', 'green blue', 'blue yellow']],
    ['lower case and NFKC', 'ＢＡＴＴＥＲＹ Life', ['battery life']],
    ['each once', 'battery life, Battery Life', ['battery life']],
    ['no short single words', 'the cat, the dogs', ['dogs']],
    ['no numbers alone', 'in 2026', []],
    ['no addresses', 'https://example.com/battery-life www.example.com/prices', []],
    ['no handles', '@battery_life and @prices.bsky.social', []],
    ['no hashtags', '#battery ＃prices', []],
    ['entities part the words around them', 'ticket #nba prices', ['ticket', 'prices']],
    ['no words of more than 30 characters', `${'a'.repeat(31)} battery`, ['battery']],
    ['emoji part words', 'battery 🔥 prices', ['battery', 'prices']],
    ['none in an empty text', '', []],
  ])('%s', (_case, text, phrases) => {
    expect(extractPhrases(text)).toEqual(phrases);
  });

  test('are at most ten, also where one run has more', () => {
    const words = Array.from({ length: 13 }, (_, i) => `battery${i}`);

    expect(extractPhrases(words.join(' '))).toEqual(words.slice(0, 10).map((word, i) => `${word} ${words[i + 1]}`));
  });

  test.each([
    ['en-GB', 'the prices', ['prices']],
    ['de', 'die Preise', ['preise']],
    ['es', 'la música', ['música']],
    ['pt-BR', 'os preços', ['preços']],
  ])('are found in %s', (lang, text, phrases) => {
    expect(extractPhrases(text, lang)).toEqual(phrases);
  });

  test.each(['ja', 'ko', 'fi', 'und', ''])('are none in %j, which has no list of stop words', (lang) => {
    expect(extractPhrases('battery life', lang)).toEqual([]);
  });

  test('are at most ten distinct ones of at most 128 code points, for any text', () => {
    const word = fc.constantFrom('battery', 'ticket', 'prices', 'phone', ',', '\n', '#x', '@y', '😀', '\ud800');
    const text = fc.oneof(
      fc.array(word, { maxLength: 60 }).map((words) => words.join(' ')),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(text, (t) => {
        const phrases = extractPhrases(t, 'en');

        expect(phrases.length).toBeLessThanOrEqual(10);
        expect(new Set(phrases).size).toBe(phrases.length);
        expect(phrases.every((phrase) => phrase !== '' && [...phrase].length <= 128 && !/[#@\n]/.test(phrase))).toBe(
          true,
        );
      }),
    );
  });

  test('are those that a reading token by token finds, for any text', () => {
    const piece = fc.oneof(
      fc.constantFrom('battery', 'ticket', 'die', 'ÉTÉ', "don't", 'x-', '-x', '７', 'a\u0301', '中文', 'a'.repeat(31)),
      fc.constantFrom(' ', ' ', ' ', '\n', '\t', '\u00a0', '  ', "'", '’', '-', ',', '🔥', '#tag', '@name'),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');

        expect(extractPhrases(text, 'de')).toEqual(germanPhrasesTokenByToken(text));
      }),
      { numRuns: 2_000 },
    );
  });

  test('of a text of 32 KiB are found in a moment', () => {
    const started = performance.now();

    for (const unit of ['a', 'a ', '#', '@', 'https://', '- ', "a'", '😀 '])
      extractPhrases(unit.repeat(32_768 / unit.length));

    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

/** The same phrases, read one token after the other: a word, white space, or what is neither. */
function germanPhrasesTokenByToken(text: string): string[] {
  const clean = text.toWellFormed().replace(/https?:\/\/\S+|www\.\S+|[@#＃][\p{L}\p{M}\p{N}_.-]+/gu, ' . ');
  const normalised = clean.normalize('NFKC').toLowerCase().replaceAll('’', "'");
  const runs: string[][] = [[]];
  for (const token of normalised.match(/[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}'-]*|\s+|[^\s\p{L}\p{M}\p{N}]+/gu) ?? []) {
    if (/^\s+$/.test(token) && !token.includes('\n')) continue;
    if (/^[\p{L}\p{M}\p{N}]/u.test(token) && !deu.includes(token) && token.length <= 30) runs.at(-1)?.push(token);
    else runs.push([]);
  }
  const phrases = runs.flatMap((run) => {
    if (run.length === 1) return run.filter((word) => word.length >= 4 && !/^[\d'-]+$/.test(word));
    return run.length <= 3 ? [run.join(' ')] : run.slice(1).map((word, i) => `${run[i]} ${word}`);
  });
  return [...new Set(phrases.filter((phrase) => phrase !== ''))].slice(0, 10);
}
