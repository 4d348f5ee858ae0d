import { describe, expect, test } from 'vitest';

import { enrichPost, type Engine } from '../../core/enrich.ts';
import { makePost } from '../support/make-event.ts';

const engine: Engine = {
  extractPhrases: (text) => [`phrase of ${text}`],
  scoreSentiment: (_text, lang) => (lang === 'xx' ? undefined : { score: 0.5, label: 'positive' }),
};

describe('an enriched post', () => {
  test('is the post with its keywords and sentiment', () => {
    const post = makePost({ text: 'hello', hashtags: ['Cats'], unknown: { kept: true } });

    expect(enrichPost(post, engine)).toEqual({
      ...post,
      key_words: ['cats', 'phrase of hello'],
      sentiment: { score: 0.5, label: 'positive' },
    });
  });

  test('leaves raw out', () => {
    expect(enrichPost(makePost({ raw: { a: 1 } }), engine)).not.toHaveProperty('raw');
  });

  test('has no sentiment where the engine does not know the language', () => {
    expect(enrichPost(makePost({ lang: 'xx' }), engine)).not.toHaveProperty('sentiment');
  });
});
