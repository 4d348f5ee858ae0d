import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { canonicalJson } from '../../core/canonical-json.ts';

describe('canonical JSON', () => {
  test('does not depend on the order of fields, and keeps that of lists', () => {
    expect(canonicalJson({ b: [2, 1], a: { d: 1, c: 'é' } })).toBe('{"a":{"c":"é","d":1},"b":[2,1]}');
  });

  test('leaves out what is undefined', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  test('holds the same value', () => {
    const value = fc.dictionary(
      fc.string({ unit: 'grapheme' }),
      fc.jsonValue({ stringUnit: 'grapheme', noUnicodeString: false }),
    );
    fc.assert(
      fc.property(value, (object) => {
        expect(JSON.parse(canonicalJson(object))).toEqual(JSON.parse(JSON.stringify(object)));
      }),
    );
  });
});
