import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { LakeRow } from '../../../core/event-fields.ts';
import {
  fitAnswer,
  MAX_ANSWER_BYTES,
  type FittedAnswer,
  type Outcome,
} from '../../../lambdas/transform-lake/answer-size.ts';
import { CREATED_AT, makePost, OBSERVED_AT } from '../../support/make-event.ts';
import { storedRecords, transformWorld } from '../../support/transform-world.ts';

const partition = { year: '2026', month: '11', day: '20' };

function outcome(recordId: string, fields: Partial<LakeRow> = {}): Outcome {
  return { recordId, result: { row: { id: recordId, event_key: 'k', created_at: CREATED_AT, ...fields }, partition } };
}

function bytesOf({ answer }: FittedAnswer): number {
  return Buffer.byteLength(JSON.stringify(answer));
}

function rowAt({ answer }: FittedAnswer, i: number): Record<string, unknown> {
  return JSON.parse(Buffer.from(answer.records[i]?.data ?? '', 'base64').toString()) as Record<string, unknown>;
}

describe('an answer that is', () => {
  const outcomes = [
    outcome('a', { raw: '"x"' }),
    outcome('é', { raw: '{"y":1}' }),
    { recordId: 'c', result: 'Dropped' } as const,
  ];
  const whole = fitAnswer(outcomes);
  const size = bytesOf(whole);

  test('as large as it may be goes whole', () => {
    expect(fitAnswer(outcomes, size)).toEqual(whole);
    expect(whole).toMatchObject({ withoutRaw: 0, tooLarge: 0 });
  });

  test('a byte larger goes without the last raw', () => {
    const fitted = fitAnswer(outcomes, size - 1);

    expect(fitted).toMatchObject({ withoutRaw: 1, tooLarge: 0 });
    expect([rowAt(fitted, 0), rowAt(fitted, 1)]).toEqual([
      expect.objectContaining({ id: 'a', raw: '"x"' }),
      { id: 'é', event_key: 'k', created_at: CREATED_AT },
    ]);
  });

  test('too large without any raw goes without the last row', () => {
    const slim = bytesOf(fitAnswer([outcome('a'), outcome('é'), { recordId: 'c', result: 'Dropped' }]));

    expect(fitAnswer(outcomes, slim)).toMatchObject({ withoutRaw: 2, tooLarge: 0 });
    const fitted = fitAnswer(outcomes, slim - 1);
    expect(fitted.tooLarge).toBe(1);
    expect(fitted.answer.records.map(({ result }) => result)).toEqual(['Ok', 'ProcessingFailed', 'Dropped']);
    expect(fitted.answer.records[1]).not.toHaveProperty('data');
  });

  test('too large by one row is whole but for that', () => {
    const fitted = fitAnswer([outcome('a'), outcome('b', { text: 'x'.repeat(10_000) }), outcome('c')], 1_000);

    expect(fitted.answer.records.map(({ result }) => result)).toEqual(['Ok', 'ProcessingFailed', 'Ok']);
  });
});

test('whatever the rows and the limit, the answer fits, and a raw goes before a row does', () => {
  const anyOutcome = fc.record({
    recordId: fc.string({ maxLength: 12 }),
    text: fc.string({ unit: 'grapheme', maxLength: 60 }),
    raw: fc.option(fc.string({ maxLength: 200 }), { nil: undefined }),
    isDropped: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(anyOutcome, { maxLength: 12 }), fc.nat(6_000), (records, over) => {
      const outcomes = records.map(({ recordId, text, raw, isDropped }): Outcome =>
        isDropped ? { recordId, result: 'Dropped' } : outcome(recordId, { text, raw }),
      );
      const least = bytesOf(
        fitAnswer(
          outcomes.map(({ recordId, result }) => ({
            recordId,
            result: typeof result === 'string' ? result : 'ProcessingFailed',
          })),
        ),
      );
      const limit = least + over;

      const fitted = fitAnswer(outcomes, limit);

      expect(bytesOf(fitted)).toBeLessThanOrEqual(limit);
      expect(fitted.answer.records.map(({ recordId }) => recordId)).toEqual(records.map(({ recordId }) => recordId));
      const rows = fitted.answer.records.filter(({ result }) => result === 'Ok').length;
      expect(rows + fitted.tooLarge).toBe(records.filter(({ isDropped }) => !isDropped).length);
      const withoutAny = outcomes.map(({ recordId, result }) =>
        typeof result === 'string'
          ? { recordId, result }
          : { recordId, result: { ...result, row: { ...result.row, raw: undefined } } },
      );
      expect(fitAnswer(withoutAny, limit).tooLarge).toBe(fitted.tooLarge);
    }),
  );
});

test('an answer of 6,291,556 bytes goes whole, and with one byte more in a row it does not', () => {
  // Base64 grows by four bytes for three; the id of the record makes up for the rest.
  const answerOf = (idLength: number, rawLength: number): Outcome[] => [
    outcome('i'.repeat(idLength), { raw: 'x'.repeat(rawLength) }),
  ];
  const idLength = [1, 2, 3, 4].find(
    (length) => (MAX_ANSWER_BYTES - bytesOf(fitAnswer(answerOf(length, 0)))) % 4 === 0,
  );
  const idBytes = idLength ?? 0;
  const room = MAX_ANSWER_BYTES - bytesOf(fitAnswer(answerOf(idBytes, 0)));
  let rawLength = (room / 4) * 3;
  while (bytesOf(fitAnswer(answerOf(idBytes, rawLength + 1), Infinity)) <= MAX_ANSWER_BYTES) rawLength++;

  const most = fitAnswer(answerOf(idBytes, rawLength));

  expect([bytesOf(most), most.withoutRaw]).toEqual([6_291_556, 0]);
  expect(fitAnswer(answerOf(idBytes, rawLength + 1))).toMatchObject({ withoutRaw: 1, tooLarge: 0 });
});

describe('the function', () => {
  const at = { arrivedAtMs: Date.parse(OBSERVED_AT) };

  test('answers a batch of payloads that grow with at most 6 MB, and leaves out none of its rows', async () => {
    const world = transformWorld();
    // A quote takes two bytes more in the row than in the record, and a third of all in base64.
    const raw = { quotes: '"'.repeat(180_000) };
    const posts = Array.from({ length: 10 }, (_, i) => makePost({ id: `twitter:${i}`, raw }));

    const records = await world.transform(storedRecords(posts, at));

    const bytes = Buffer.byteLength(JSON.stringify({ records }));
    expect(bytes).toBeLessThanOrEqual(MAX_ANSWER_BYTES);
    expect(bytes).toBeGreaterThan(MAX_ANSWER_BYTES - 1_000_000);
    expect(world.counts).toEqual([{ stored: 10, withoutRaw: expect.any(Number), failed: 0, rejected: {} }]);
    expect(world.counts[0]?.withoutRaw).toBeGreaterThan(0);
  });

  test('leaves records to Firehose whose rows do not fit even so', async () => {
    const world = transformWorld();
    const posts = Array.from({ length: 160 }, (_, i) => makePost({ id: `twitter:${i}`, text: 'x'.repeat(32_000) }));

    const records = await world.transform(storedRecords(posts, at));

    const failed = records.filter(({ result }) => result === 'ProcessingFailed').length;
    expect(failed).toBeGreaterThan(0);
    expect(world.counts).toEqual([{ stored: 160 - failed, withoutRaw: 0, failed, rejected: {} }]);
    expect(Buffer.byteLength(JSON.stringify({ records }))).toBeLessThanOrEqual(MAX_ANSWER_BYTES);
  });
});
