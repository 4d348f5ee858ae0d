import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { documentSplitter, type SplitterLimits } from '../../../storage/lake/document-splitter.ts';
import { placeText, type LakeDocument } from '../../../storage/lake/lake-document.ts';

/** What is short of a line, and what of a document, is tested by small limits. */
const LIMITS: SplitterLimits = { maxBytes: 400, shortBytes: 60 };

function split(bytes: Uint8Array | string, cuts: readonly number[] = [], limits: SplitterLimits = {}): LakeDocument[] {
  const all = Buffer.from(bytes);
  const splitter = documentSplitter(limits);
  const places = [0, ...cuts.map((cut) => cut % (all.length + 1)).toSorted((a, b) => a - b), all.length];
  const pieces = places.slice(1).map((to, i) => all.subarray(places[i], to));
  return [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()];
}

/** What there is to see of documents. */
function shown(documents: readonly LakeDocument[]): unknown[] {
  return documents.map((document) => [
    placeText(document.place),
    document.ok ? document.value : [document.reason, document.detail],
    Buffer.from(document.data()).toString('latin1'),
  ]);
}

const goodOnes = (documents: readonly LakeDocument[]): unknown[] =>
  documents.flatMap((document) => (document.ok ? [document.value] : []));
const texts = (documents: readonly LakeDocument[]): string[] =>
  documents.map((document) => Buffer.from(document.data()).toString('utf8'));

/** Text that is hard on whoever looks for the ends of documents. */
const hardText = fc
  .array(fc.constantFrom('{', '}', '}{', '"', '\\', '\n', ',', '[', ']', '{"v":1', 'é', '🔥', 'abc', '\u2028'), {
    maxLength: 8,
  })
  .map((parts) => parts.join(''));
const anyDocument = fc.record(
  { v: fc.constant(1), id: hardText, text: hardText, raw: fc.oneof(fc.jsonValue({ maxDepth: 2 }), hardText) },
  { requiredKeys: ['v'] },
);
const separator = fc.constantFrom('', ' ', ',', '\n', '\r\n', ',\n', '\t', '\n\n', ' , ');
const cuts = fc.array(fc.nat(5_000), { maxLength: 12 });

describe('documents', () => {
  test('come out of any concatenation, with or without anything between them, however it is cut', () => {
    const framed = fc.array(fc.tuple(anyDocument, separator), { maxLength: 30 });
    fc.assert(
      fc.property(framed, cuts, fc.boolean(), (parts, at, isShort) => {
        const text = parts.map(([document, behind]) => JSON.stringify(document) + behind).join('');
        const documents = split(text, at, isShort ? { shortBytes: 60 } : {});

        expect(documents.every(({ ok }) => ok)).toBe(true);
        expect(texts(documents)).toEqual(parts.map(([document]) => JSON.stringify(document)));
        expect(goodOnes(documents)).toEqual(parts.map(([document]) => JSON.parse(JSON.stringify(document))));
      }),
    );
  });

  test('and bad pieces do not depend on how the bytes are cut', () => {
    const rubbish = fc.oneof(
      hardText.map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
      anyDocument.map((document) => Buffer.from(JSON.stringify(document))),
      // Broken off.
      fc.tuple(anyDocument, fc.nat(80)).map(([document, end]) => Buffer.from(JSON.stringify(document).slice(0, end))),
    );
    fc.assert(
      fc.property(fc.array(rubbish, { maxLength: 40 }), cuts, (parts, at) => {
        const bytes = Buffer.concat(parts);

        expect(shown(split(bytes, at, LIMITS))).toEqual(shown(split(bytes, [], LIMITS)));
      }),
    );
  });

  test('and bad pieces together are all that there is, but for what is between them and what is too long', () => {
    const parts = fc.array(
      fc.tuple(anyDocument, fc.nat(120), separator).map(([document, end, behind]) => {
        return JSON.stringify(document).slice(0, end).toWellFormed() + behind;
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(parts, cuts, (pieces, at) => {
        const text = pieces.join('');
        const found = split(text, at, { maxBytes: 100_000, shortBytes: 60 });

        const bare = (from: string): string => from.replaceAll(/[\s,]/g, '');
        expect(bare(texts(found).join(''))).toBe(bare(text));
      }),
    );
  });

  test('that follow a broken one without a line end are saved, wherever it breaks off', () => {
    const posts = Array.from({ length: 5 }, (_, i) => ({
      v: 1,
      id: `twitter:${i}`,
      text: 'a "quoted" {brace}',
      n: [{}],
    }));
    const [first = '', ...others] = posts.map((post) => JSON.stringify(post));
    for (let end = 1; end < first.length; end++) {
      const found = split(first.slice(0, end) + others.join(''), [], { shortBytes: 10 });

      expect(goodOnes(found)).toEqual(posts.slice(1));
      expect(found[0]).toMatchObject({ ok: false, place: { number: 1, document: 1 } });
      expect(texts(found)[0]).toBe(first.slice(0, end));
    }
  });
});

test.each([
  ['lines', '{"v":1}\n{"v":2}\n', ['line 1', 'line 2']],
  ['lines of Windows', '{"v":1}\r\n{"v":2}\r\n', ['line 1', 'line 2']],
  ['lines with empty ones', '\n\n{"v":1}\n \n{"v":2}', ['line 3', 'line 5']],
  ['documents without delimiter (S2-5)', '{"v":1}{"v":2}', ['line 1', 'line 1, document 2']],
  ['documents framed with comma and line end (seed 1)', '{"v":1},\n{"v":2},\n', ['line 1', 'line 2']],
  ['documents in a line framed with commas', '{"v":1}, {"v":2},', ['line 1', 'line 1, document 2']],
])('%s have their place', (_, text, places) => {
  const found = split(text);

  expect(goodOnes(found)).toEqual([{ v: 1 }, { v: 2 }]);
  expect(found.map(({ place }) => placeText(place))).toEqual(places);
});

test.each(['', '\n', '\r\n\r\n', ' , \n,'])('an object of %j holds nothing (S1-3)', (text) => {
  expect(split(text)).toEqual([]);
});

test('one bad line costs no other (S1-4), and is kept whole with its place', () => {
  const found = split('{"v":1},\n{"v":1,"text":"broken, {\n{"v":2},\n');

  expect(goodOnes(found)).toEqual([{ v: 1 }, { v: 2 }]);
  expect(shown(found)[1]).toEqual(['line 2', ['not_json', 'the record is not JSON'], '{"v":1,"text":"broken, {']);
});

test('a document that is not UTF-8 is bad, and the others of its line are not', () => {
  const bad = Buffer.concat([Buffer.from('{"v":1,"text":"'), Buffer.from([0xff]), Buffer.from('"}')]);
  const found = split(Buffer.concat([Buffer.from('{"v":1}'), bad, Buffer.from('{"v":2}')]));

  expect(goodOnes(found)).toEqual([{ v: 1 }, { v: 2 }]);
  expect(found[1]).toMatchObject({ ok: false, reason: 'not_utf8' });
});

test('values that are no objects are told of as they are where they have a line of their own', () => {
  expect(goodOnes(split('1\n"a"\n[{"v":1},{"v":2}]\nnull'))).toEqual([1, 'a', [{ v: 1 }, { v: 2 }], null]);
});

test('a list between documents is one document, and gives none of its own', () => {
  expect(goodOnes(split('{"v":1}[{"v":3},{"v":4}]{"v":2}'))).toEqual([{ v: 1 }, [{ v: 3 }, { v: 4 }], { v: 2 }]);
});

describe('a document over the limit', () => {
  const long = (id: number): string => JSON.stringify({ v: id, text: 'x'.repeat(1_000) });

  test.each([
    ['on a line of its own', `{"v":1}\n${long(7)}\n{"v":2}`],
    ['between others of a line', `{"v":1}${long(7)}{"v":2}`],
    ['at the end', `{"v":1}{"v":2}${long(7)}`],
    ['that is text without a brace', `{"v":1}\n${'x'.repeat(2_000)}{"v":2}`],
  ])('%s is only told of, once', (_, text) => {
    for (const at of [[], [9], [500], [405, 407, 410, 1_030, 1_035]]) {
      const found = split(text, at, LIMITS);

      expect(goodOnes(found)).toEqual([{ v: 1 }, { v: 2 }]);
      const bad = found.filter(({ ok }) => !ok);
      expect(bad).toMatchObject([{ reason: 'invalid_event', detail: expect.stringContaining('is longer than') }]);
      expect(bad[0]?.data().byteLength).toBe(0);
    }
  });

  test('is kept at the limit itself', () => {
    const text = JSON.stringify({ v: 1, text: 'x'.repeat(383) });
    expect(text.length).toBe(LIMITS.maxBytes);

    expect(split(`${text}${text}`, [], LIMITS).map(({ ok }) => ok)).toEqual([true, true]);
  });
});

test('what a line of many broken documents takes grows with its length, not with its square', () => {
  const splitter = documentSplitter();
  const line = Buffer.from('{"v":'.repeat(300_000));
  let pieces = 0;
  for (let from = 0; from < line.length; from += 262_144)
    pieces += splitter.push(line.subarray(from, from + 262_144)).length;

  expect(pieces + splitter.end().length).toBe(300_000);
});
