import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { scoreSentiment } from '../../core/afinn.ts';
import { SENTIMENT_LABELS } from '../../core/sentiment.ts';

describe('the sentiment of a text', () => {
  test.each([
    ['I love this wonderful phone', 'positive'],
    ['The keynote starts at nine', 'neutral'],
    ['terrible, awful service', 'negative'],
    ['this is not good', 'negative'],
    ['constructor __proto__ toString hasOwnProperty', 'neutral'],
    ['', 'neutral'],
    ['🔥'.repeat(1_000), 'neutral'],
  ])('%j sounds %s', (text, label) => {
    expect(scoreSentiment(text)?.label).toBe(label);
  });

  test.each(['en', 'EN', 'en-GB', undefined])('is known in language %s', (lang) => {
    expect(scoreSentiment('I love it', lang)).toMatchObject({ label: 'positive' });
  });

  test.each(['de', 'es', 'ja', 'und', 'enm', ''])('is unknown in language %j', (lang) => {
    expect(scoreSentiment('I love it', lang)).toBeUndefined();
  });

  test('is a number from -1 to 1 with at most four decimals and a label of its sign', () => {
    const words = fc.constantFrom('love', 'hate', 'good', 'bad', 'superb', 'kill', 'table', 'not', '😀');
    fc.assert(
      fc.property(fc.array(words, { maxLength: 200 }), (text) => {
        const { score, label } = scoreSentiment(text.join(' '), 'en') ?? { score: Number.NaN, label: undefined };

        expect(Math.abs(score)).toBeLessThanOrEqual(1);
        expect(Number(score.toFixed(4))).toBe(score);
        expect(label).toBe(SENTIMENT_LABELS[1 - Math.sign(score)]);
      }),
    );
  });
});
