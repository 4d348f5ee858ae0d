import { EventEmitter } from 'node:events';

import { expect, test } from 'vitest';

import { listenForStop } from '../../producers/stop-signals.ts';

function press(timesMs: readonly number[]): { stop: boolean; giveUp: boolean } {
  const keyboard = new EventEmitter();
  let nowMs = 0;
  const { stop, giveUp } = listenForStop(() => nowMs, keyboard);
  for (const timeMs of timesMs) {
    nowMs = timeMs;
    keyboard.emit('SIGINT');
  }
  return { stop: stop.aborted, giveUp: giveUp.aborted };
}

test.each([
  ['nothing', [], { stop: false, giveUp: false }],
  ['the first Ctrl-C stops', [0], { stop: true, giveUp: false }],
  ['one press that arrives three times stops', [0, 5, 900], { stop: true, giveUp: false }],
  ['a second press gives up', [0, 5, 2_000], { stop: true, giveUp: true }],
])('%s', (_, times, expected) => {
  expect(press(times)).toEqual(expected);
});
