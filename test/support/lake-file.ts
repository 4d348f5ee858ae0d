import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';

import type { LakeDocument } from '../../storage/lake/lake-document.ts';
import { objectDocuments } from '../../storage/lake/object-documents.ts';

/** The documents of a file, read as an object of the lake is. */
export async function* fileDocuments(path: string): AsyncGenerator<readonly LakeDocument[]> {
  const file = await open(path);
  try {
    const read = async (from: number, to: number): Promise<Uint8Array> => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(to - from), 0, to - from, from);
      return buffer.subarray(0, bytesRead);
    };
    const { size: sizeBytes } = await stat(path);
    yield* objectDocuments({ stream: createReadStream(path), sizeBytes, read });
  } finally {
    await file.close();
  }
}
