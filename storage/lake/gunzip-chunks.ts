import { createGunzip, type Gunzip } from 'node:zlib';

/** What is decompressed at a time: a thousand times as much at the most. */
const PIECE_BYTES = 4 * 1024;
/** What a member begins with; found elsewhere, it costs one step more. */
const MEMBER = Buffer.from([0x1f, 0x8b, 0x08]);

/**
 * Decompresses gzip, several members too. Unlike a stream that is piped, whose end with an error takes along what nobody
 * has read by then, it gives out all that lies before the place where the bytes break off, and where they are wrong all
 * but what the last 4 KiB of its member hold.
 * @throws what `chunks` throws, and behind the bytes that could be had the error of zlib (code `Z_…`)
 */
export async function* gunzipChunks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  const found: Uint8Array[] = [];
  const state: { failure?: Error } = {};
  gunzip.on('data', (bytes: Uint8Array) => void found.push(bytes)).on('error', (error) => (state.failure = error));
  try {
    // One piece is decompressed, by another thread, while what was found in the one before is dealt with.
    let pending = Promise.resolve();
    for await (const piece of pieces(chunks)) {
      await pending;
      if (state.failure !== undefined || gunzip.readableEnded) break;
      const before = found.splice(0);
      pending = settled(gunzip, (done) => void gunzip.write(piece, done));
      yield* before;
    }
    await pending;
    if (state.failure === undefined && !gunzip.readableEnded) await settled(gunzip, () => void gunzip.end());
    yield* found;
    if (state.failure !== undefined) throw state.failure;
  } finally {
    gunzip.destroy();
  }
}

/** Small ones, of one member each: what is found in one that ends with an error is lost. */
async function* pieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let next = 0;
    for (let from = 0; from < bytes.length; from = next) {
      const piece = bytes.subarray(from, from + PIECE_BYTES);
      const member = piece.indexOf(MEMBER, 1);
      next = from + (member === -1 ? piece.length : member);
      yield bytes.subarray(from, next);
    }
  }
}

/** Waits for the end of a step, of the stream, or of what could be made of it. */
async function settled(gunzip: Gunzip, begin: (done: () => void) => void): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = (): void => resolve();
  gunzip.once('end', done).once('error', done);
  begin(done);
  await promise;
  gunzip.off('end', done).off('error', done);
}
