import type { AsyncBuffer } from 'hyparquet';

/** An object whose parts can be read in any order. */
export interface RangedObject {
  readonly sizeBytes: number;
  /** The bytes in [from, to). */
  readonly read: (from: number, to: number) => Promise<Uint8Array>;
}

/** An object as the reader of Parquet takes it. */
export interface RangedFile extends AsyncBuffer {
  /** Why a part could not be had, which says nothing of what is in the object. */
  failure: Error | undefined;
  /** Reads a part in one request, from which smaller ones are taken until another one is held. */
  hold(from: number, to: number): Promise<void>;
}

/** Opens an object. */
export function rangedFile({ sizeBytes, read }: RangedObject): RangedFile {
  let held = { from: 0, bytes: new Uint8Array() };
  const file: RangedFile = {
    byteLength: sizeBytes,
    failure: undefined,
    async hold(from, to) {
      held = { from: 0, bytes: new Uint8Array() };
      held = { from, bytes: new Uint8Array(await file.slice(from, to)) };
    },
    async slice(from, to = sizeBytes) {
      const end = Math.min(to, sizeBytes);
      if (from >= held.from && end <= held.from + held.bytes.length)
        return held.bytes.slice(from - held.from, end - held.from).buffer;
      try {
        return new Uint8Array(await read(from, end)).buffer;
      } catch (error) {
        file.failure ??= error instanceof Error ? error : new Error(String(error), { cause: error });
        throw error;
      }
    },
  };
  return file;
}
