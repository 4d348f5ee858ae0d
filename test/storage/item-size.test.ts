import { describe, expect, test } from 'vitest';

import { itemBytes } from '../../storage/item-size.ts';

describe('the size of a value', () => {
  test.each([
    ['a text: its UTF-8 bytes', 'é😀', 6],
    ['an empty text', '', 0],
    ['a number: at its greatest', 1, 21],
    ['bytes', new Uint8Array(10), 10],
    ['a truth value', true, 1],
    ['null', null, 1],
    ['an empty list', [], 3],
    ['a list: 3, and 1 beside each entry', ['ab', 'c'], 3 + 1 + 2 + 1 + 1],
    ['an empty map', {}, 3],
    ['a map: 3, and 1 beside each entry, names and values', { name: 'ab' }, 3 + 1 + 4 + 2],
    ['what is nested', { a: [{ b: 'c' }] }, 3 + 1 + 1 + (3 + 1 + (3 + 1 + 1 + 1))],
  ])('%s', (_case, value, bytes) => {
    expect(itemBytes(value)).toBe(bytes);
  });
});
