import { describe, expect, test } from 'vitest';

import { SOURCES, sourceOf } from '../../core/sources.ts';

describe('the source of an id', () => {
  test.each(SOURCES)('is %s', (source) => {
    expect(sourceOf(`${source}:a:b`)).toBe(source);
  });

  test.each(['', 'twitter', ':1', 'myspace:1', 'Twitter:1'])('is refused for %j', (id) => {
    expect(() => sourceOf(id)).toThrow(RangeError);
  });
});
