import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** A line of a file, without its line end; undefined where it was too long to be kept. */
export type Line = Uint8Array | undefined;

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

const MAX_LINE_BYTES = 2 * 1024 * 1024;

/**
 * The lines of a file of events, `.gz` or not, in constant memory; of one over 2 MiB only that it was there.
 * @throws Error where the file cannot be opened, or breaks off
 */
export function eventLines(path: string): AsyncGenerator<Line> {
  return linesOf(bytesOf(path));
}

function bytesOf(path: string): AsyncIterable<Uint8Array> {
  const file = createReadStream(path);
  if (!path.endsWith('.gz')) return file;
  // An error comes out of the stream that is returned.
  return pipeline(file, createGunzip(), () => undefined);
}

/** The lines of bytes that come in pieces, in constant memory; of one over 2 MiB only that it was there. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, maxBytes = MAX_LINE_BYTES): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let bytes = 0;
  const add = (part: Uint8Array): void => {
    bytes += part.byteLength;
    if (bytes > maxBytes) parts = [];
    else parts.push(part);
  };
  const take = (): Line => {
    const line = bytes > maxBytes ? undefined : withoutReturn(Buffer.concat(parts));
    parts = [];
    bytes = 0;
    return line;
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      add(chunk.subarray(from, end));
      yield take();
      from = end + 1;
    }
    add(chunk.subarray(from));
  }
  if (bytes > 0) yield take();
}

function withoutReturn(line: Uint8Array): Uint8Array {
  return line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
}
