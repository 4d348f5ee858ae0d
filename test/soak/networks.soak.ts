import { expect, test } from 'vitest';

import { runChild } from '../../bench/run-child.ts';

/** Holds what a producer remembers, and little else. */
const HEAP_MB = 160;

test('a million posts of X, from the socket to records, in a heap of 160 MB', async () => {
  const figures = await runChild('read-x.ts', ['1000000'], { heapMb: HEAP_MB });

  console.log(figures);
  expect(figures).toMatchObject({ records: 1_000_000, refused: 0 });
});
