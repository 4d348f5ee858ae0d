import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Writes objects of a bucket to a folder, their keys as paths; what is there by that name is replaced. */
export async function writeObjects(
  folder: string,
  objects: Iterable<readonly [key: string, bytes: Uint8Array]>,
): Promise<void> {
  for (const [key, bytes] of objects) {
    const path = join(folder, key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
}
