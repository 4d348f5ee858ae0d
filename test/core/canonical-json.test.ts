import canonicalize from 'canonicalize';
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

  test('is what the library for RFC 8785 writes, unusual names and texts included', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('10', '9', '0', '__proto__', 'toJSON', '', '2a'),
    );
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom(
          null,
          true,
          0,
          -0,
          1e21,
          1e-7,
          0.1,
          1 / 3,
          undefined,
          Number.NaN,
          '\ud800',
          '\\ud800',
          '\u2028',
        ),
        fc.double(),
        fc.string({ unit: 'binary' }),
        fc.array(tie('value'), { maxLength: 4 }),
        tie('fields'),
      ),
      fields: fc.dictionary(name, tie('value'), { maxKeys: 5 }),
    })).fields;
    fc.assert(
      fc.property(value, (object) => {
        expect(attempt(() => canonicalJson(object))).toEqual(attempt(() => canonicalize(object)));
      }),
      { numRuns: 1_000 },
    );
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

function attempt(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return String(error);
  }
}
