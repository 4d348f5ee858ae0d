import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { addressesIn, plainText } from '../../../../producers/sources/meetup/plain-text.ts';

describe('the text of a description', () => {
  test.each([
    ['plain words', 'Come and see.\n\nBring friends.', 'Come and see.\n\nBring friends.'],
    ['strong words', '**About the Speaker**', 'About the Speaker'],
    ['emphasis', 'an *open* and _free_ evening', 'an open and free evening'],
    ['both', '***really*** __now__', 'really now'],
    ['what is struck out', '~~Tuesday~~ Wednesday', 'Tuesday Wednesday'],
    ['code', 'run `npm test`', 'run npm test'],
    ['a heading', '## Agenda\nTalks', 'Agenda\nTalks'],
    ['a hashtag at the beginning', '#VemAi #Misterio', '#VemAi #Misterio'],
    ['bullets', '* one\n- two\n+ three', 'one\ntwo\nthree'],
    ['numbers', '1. one\n2. two', '1. one\n2. two'],
    ['a quote', '> said\n> again', 'said\nagain'],
    ['a line', 'a\n\n---\n\nb', 'a\n\nb'],
    ['a link', 'see [our page](https://example.org/a_b "Title")', 'see our page'],
    ['a link in strong words', '**[join](https://example.org)**', 'join'],
    ['an address', 'at <https://example.org/x>', 'at https://example.org/x'],
    ['a bare address with underscores', 'https://example.org/a_b_c', 'https://example.org/a_b_c'],
    ['an image', '![the hall](https://example.org/i.png)', 'the hall'],
    ['escaped marks', String.raw`5 \* 3 \- 2`, '5 * 3 - 2'],
    ['a product', '5 * 3 * 2', '5 * 3 * 2'],
    ['a name in snake case', 'use snake_case_names', 'use snake_case_names'],
    ['a comparison', 'if a < b and c > d', 'if a < b and c > d'],
    ['a heart', 'we <3 you', 'we <3 you'],
    ['an opening mark alone', '**bold', '**bold'],
    ['a list without a space', '*Homework review', '*Homework review'],
    ['paragraphs of HTML', '<p>one</p><p>two<br/>three</p>', 'one\n\ntwo\nthree'],
    ['marks of HTML', 'a <b>bold</b> &amp; free <a href="https://example.org">evening</a>', 'a bold & free evening'],
    ['a script', 'a<script>alert(1)</script>b', 'ab'],
    ['nothing', ' \n ', ''],
  ])('of %s', (_, markdown, text) => {
    expect(plainText(markdown)).toBe(text);
  });

  test('never throws, and never grows', () => {
    const parts = [
      '*',
      '_',
      '`',
      '[',
      ']',
      '(',
      ')',
      '<',
      '>',
      '!',
      '#',
      '-',
      '\\',
      '&',
      ' ',
      '\n',
      'a',
      '~',
      'https://',
    ];
    const markdown = fc.array(fc.constantFrom(...parts), { maxLength: 200 }).map((each) => each.join(''));
    fc.assert(fc.property(markdown, (text) => plainText(text).length <= text.length));
  });

  test.each(['[', '![', '[](', '**a', '*a ', '_a ', '`', '<a ', '<https://', '* ', '~~a', '\\', '> ', '# ', '__'])(
    'of %j a hundred thousand times takes no longer than its length',
    (part) => {
      expect(plainText(part.repeat(100_000 / part.length)).length).toBeLessThanOrEqual(100_000);
    },
  );
});

test('the addresses are those of links and those that stand alone, without what ends a sentence', () => {
  const text = 'See [us](https://a.example/x), <https://b.example/> or **https://c.example/y_z**. Or http://d.example!';

  expect(addressesIn(text)).toEqual([
    'https://a.example/x',
    'https://b.example/',
    'https://c.example/y_z',
    'http://d.example',
  ]);
});
