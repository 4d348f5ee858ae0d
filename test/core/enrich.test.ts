import { describe, expect, test } from 'vitest';

import { enrich, type Engine } from '../../core/enrich.ts';
import { makePost } from '../support/make-event.ts';

const engine: Engine = {
  extractPhrases: (text) => [`phrase of ${text}`],
  scoreSentiment: (_text, lang) => (lang === 'xx' ? undefined : { score: 0.5, label: 'positive' }),
};

describe('what an engine finds in a post', () => {
  test('is hashtags, then phrases, and the sentiment', () => {
    expect(enrich(makePost({ text: 'hello', hashtags: ['Cats'] }), engine)).toEqual({
      key_words: ['cats', 'phrase of hello'],
      sentiment: { score: 0.5, label: 'positive' },
    });
  });

  test('has no sentiment where the engine does not know the language', () => {
    expect(enrich(makePost({ lang: 'xx' }), engine)).not.toHaveProperty('sentiment');
  });
});
