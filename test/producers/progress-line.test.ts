import { expect, test } from 'vitest';

import { progressLine } from '../../producers/progress-line.ts';

function record(isTTY: boolean) {
  const written: string[] = [];
  let nowMs = 0;
  const line = progressLine({ isTTY, write: (text: string) => written.push(text) }, () => nowMs);
  return { written, line, setTime: (ms: number) => (nowMs = ms) };
}

test('a terminal sees every state in the same line, and a message in its own', () => {
  const { written, line } = record(true);

  line.update('1 sent');
  line.update('2 sent');
  line.say('done');

  expect(written).toEqual(['\r\u001b[K1 sent', '\r\u001b[K2 sent', '\r\u001b[Kdone\n']);
});

test('a log sees a line every ten seconds, and every message', () => {
  const { written, line, setTime } = record(false);

  for (let second = 1; second <= 25; second++) {
    setTime(second * 1_000);
    line.update(`${second} s`);
  }
  line.say('done');

  expect(written).toEqual(['10 s\n', '20 s\n', 'done\n']);
});
