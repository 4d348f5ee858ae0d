import { describe, expect, test } from 'vitest';

import { asciiJson } from '../../../lib/constructs/ascii-json.ts';

describe('JSON in ASCII', () => {
  test.each([['café'], ['日本語'], ['🚀 launch'], ['tab\tand "quotes"'], ['\u007f']])('reads back as %j', (text) => {
    const json = asciiJson({ text });

    expect(JSON.parse(json)).toEqual({ text });
    expect(json).toMatch(/^[\x20-\x7e]*$/);
  });
});
