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

/** A checkpoint file cannot be read or written. The message says which and why, in one sentence. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}

/** The cursor in a checkpoint file; undefined if there is no file yet. @throws CheckpointError if it holds none */
export async function readCheckpoint(path: string): Promise<string | undefined> {
  try {
    return CheckpointSchema.parse(JSON.parse(await readFile(path, 'utf8'))).cursor;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new CheckpointError(`${path} is no checkpoint: remove it to start from the beginning.`, { cause: error });
  }
}

/** Keeps a checkpoint file at the cursor of a run. */
export interface CheckpointFile {
  /** Writes the cursor if it has moved, after any write that is under way. @throws CheckpointError if that fails */
  save(): Promise<void>;
}

/** A file that is replaced as a whole, so that there is always a complete one. */
export function checkpointFile(path: string, run: Pick<ConsecutiveRun, 'cursor'>): CheckpointFile {
  let written: string | undefined;
  let latest: Promise<void> = Promise.resolve();
  const write = async (): Promise<void> => {
    const cursor = run.cursor();
    if (cursor === undefined || cursor === written) return;
    await replaceFile(path, `${JSON.stringify({ cursor })}\n`);
    written = cursor;
  };
  return {
    save() {
      // One at a time: two writes would take each other's unfinished file away.
      latest = latest.catch(() => undefined).then(write);
      return latest;
    },
  };
}

async function replaceFile(path: string, text: string): Promise<void> {
  const beside = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(beside, text);
    await rename(beside, path);
  } catch (error) {
    throw new CheckpointError(`The checkpoint ${path} cannot be written: ${String(error)}.`, { cause: error });
  }
}
