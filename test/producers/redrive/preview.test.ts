import fc from 'fast-check';
import { expect, test } from 'vitest';

import { previewOf } from '../../../producers/redrive/preview.ts';

test.each([
  ['a short record', Buffer.from('{"v":1}'), '"{"v":1}"'],
  ['none at all', Buffer.from(''), '""'],
  ['one of 60 characters', Buffer.from('🐈'.repeat(60)), `"${'🐈'.repeat(60)}"`],
  ['a longer one', Buffer.from('é'.repeat(61)), `"${'é'.repeat(60)}"…`],
  [
    'what a terminal obeys',
    Buffer.from('\u001b[2J\u009b\r\n\u202e\u2028'),
    '"\\u001b[2J\\u009b\\u000d\\u000a\\u202e\\u2028"',
  ],
  ['bytes that are no UTF-8', new Uint8Array([0xff, 0x41]), '"\ufffdA"'],
  ['a character of two units that is not shown', Buffer.from('\u{e0001}'), '"\\udb40\\udc01"'],
])('%s', (_, data, preview) => {
  expect(previewOf(data)).toBe(preview);
});

test('nothing that a terminal obeys is in it, whatever the record is', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (data) => {
      expect(previewOf(data)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    }),
  );
});
