import { rename, writeFile } from 'node:fs/promises';

/** Replaces a file as a whole, so that there is always a complete one; only its owner can read it. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const beside = `${path}.${process.pid}.tmp`;
  await writeFile(beside, text, { mode: 0o600 });
  await rename(beside, path);
}
