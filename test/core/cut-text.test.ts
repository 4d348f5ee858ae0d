import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { cutText, parseEvent } from '../../core/parse-event.ts';
import { makePost } from '../support/make-event.ts';

const LIMIT = 32 * 1_024;
const NOW_MS = Date.parse('2026-11-20T17:40:00.000Z');

describe('the text of a post', () => {
  test.each([
    ['1 MiB of ASCII', 'a'.repeat(1_024 * 1_024), LIMIT],
    ['1 MiB of characters of two bytes', `a${'é'.repeat(512 * 1_024)}`, LIMIT - 1],
    ['1 MiB of characters of three bytes', '猫'.repeat(350_000), LIMIT - (LIMIT % 3)],
    ['1 MiB of emoji', `a${'😀'.repeat(256 * 1_024)}`, LIMIT - 3],
    ['one byte too many', 'a'.repeat(LIMIT + 1), LIMIT],
  ])('is cut to 32 KiB between two characters: %s', (_case, text, bytes) => {
    const parsed = parseEvent(Buffer.from(JSON.stringify(makePost({ text }))), NOW_MS);

    const event = parsed.ok && parsed.event.kind !== 'delete' ? parsed.event : makePost();
    expect(Buffer.byteLength(event.text)).toBe(bytes);
    expect(text.startsWith(event.text)).toBe(true);
    expect(event.truncated).toBe(true);
  });

  test.each([
    ['32 KiB of ASCII', 'a'.repeat(LIMIT)],
    ['32 KiB of emoji', '😀'.repeat(LIMIT / 4)],
    ['nothing', ''],
  ])('stays whole and unmarked: %s', (_case, text) => {
    const post = makePost({ text });

    expect(cutText(post)).toEqual(post);
  });

  test('is whole in raw', () => {
    const text = 'a'.repeat(LIMIT * 2);

    expect(cutText(makePost({ text, raw: { text } })).raw).toEqual({ text });
  });

  test('is cut as far as the limit allows, and a second cut changes nothing', () => {
    const unit = fc.constantFrom('a', 'é', '猫', '😀');
    fc.assert(
      fc.property(fc.array(unit, { minLength: 1, maxLength: 7 }), fc.nat(9), (units, offset) => {
        const text = 'x'.repeat(offset) + units.join('').repeat(Math.ceil((LIMIT + 50) / units.length));

        const cut = cutText(makePost({ text }));

        const [next = ''] = text.slice(cut.text.length);
        expect(text.startsWith(cut.text)).toBe(true);
        expect(Buffer.byteLength(cut.text)).toBeLessThanOrEqual(LIMIT);
        expect(Buffer.byteLength(cut.text + next)).toBeGreaterThan(LIMIT);
        expect(cutText(cut)).toEqual(cut);
      }),
      { numRuns: 50 },
    );
  });
});
