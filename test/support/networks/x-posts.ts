/** Milliseconds since 1970 at which the clock of X's ids starts. */
const ID_EPOCH_MS = 1_288_834_974_657;

/** An id of X of that time; `number` tells posts of one millisecond apart. */
export function xId(timeMs: number, number = 0): string {
  return String((BigInt(timeMs - ID_EPOCH_MS) << 22n) + BigInt(number));
}

/** A message of the stream with one rule of the preset `test`. */
export function xMessage(id: string, text: string): object {
  return {
    data: { id, text, author_id: '5', edit_history_tweet_ids: [id] },
    matching_rules: [{ id: '1', tag: 'gs:test:cats' }],
  };
}

/** Messages as they are on the wire: a line each, ended by `\r\n`. */
export function xLines(messages: readonly object[]): Buffer {
  return Buffer.from(messages.map((message) => `${JSON.stringify(message)}\r\n`).join(''));
}

/** Cuts bytes at these places. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const edges = [0, ...places, bytes.length];
  return edges
    .slice(1)
    .map((end, i) => bytes.subarray(edges[i], end))
    .filter((chunk) => chunk.length > 0);
}
