import { readFile, rename, writeFile } from 'node:fs/promises';

import * as z from 'zod';

/** Follows items that are finished in any order. */
export interface ConsecutiveRun {
  /** Begins an item; call what it returns when the item is stored. */
  begin(cursor: string): () => void;
  /** The cursor of the last item of the unbroken run of stored ones; undefined before the first. */
  cursor(): string | undefined;
}

/** A cursor that moves only over an unbroken run of stored items: after a crash nothing is left out. */
export function consecutiveRun(): ConsecutiveRun {
  const open: { readonly cursor: string; isStored: boolean }[] = [];
  let reached: string | undefined;
  return {
    begin(cursor) {
      const item = { cursor, isStored: false };
      open.push(item);
      return () => {
        item.isStored = true;
        while (open[0]?.isStored === true) reached = open.shift()?.cursor;
      };
    },
    cursor: () => reached,
  };
}

const CheckpointSchema = z.object({ cursor: z.string() });

/** The cursor in a checkpoint file; undefined if there is no file yet. @throws if it cannot be read */
export async function readCheckpoint(path: string): Promise<string | undefined> {
  try {
    return CheckpointSchema.parse(JSON.parse(await readFile(path, 'utf8'))).cursor;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes a checkpoint file so that there is always a whole one. */
export async function writeCheckpoint(path: string, cursor: string): Promise<void> {
  const beside = `${path}.${process.pid}.tmp`;
  await writeFile(beside, `${JSON.stringify({ cursor })}\n`);
  await rename(beside, path);
}
