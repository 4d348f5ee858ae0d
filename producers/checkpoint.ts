import { readFile } from 'node:fs/promises';

import * as z from 'zod';

import { replaceFile } from './replace-file.ts';

/** Follows items that are finished in any order. */
export interface ConsecutiveRun {
  /** Begins an item, with the cursor that stands after it, if it has one; call what it returns when it is stored. */
  begin(cursor: string | undefined): () => void;
  /** The cursor of the last item of the unbroken run of stored ones; undefined before the first. */
  cursor(): string | undefined;
}

/** A cursor that moves only over an unbroken run of stored items: after a crash nothing is left out. */
export function consecutiveRun(): ConsecutiveRun {
  const open: { readonly cursor: string | undefined; isStored: boolean }[] = [];
  let reached: string | undefined;
  return {
    begin(cursor) {
      const item = { cursor, isStored: false };
      open.push(item);
      return () => {
        item.isStored = true;
        while (open[0]?.isStored === true) reached = open.shift()?.cursor ?? reached;
      };
    },
    cursor: () => reached,
  };
}

/** What a checkpoint holds. */
export const CheckpointSchema = z.object({ cursor: z.string() });

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

/** Keeps what is remembered at the cursor of a run. */
export interface Checkpoint {
  /** Writes the cursor if it has moved, after any write that is under way. @throws what the write throws */
  save(): Promise<void>;
}

/** Where a source's cursor is kept over restarts. */
export interface CheckpointStore {
  /** Says to a person that it is gone on after a cursor. */
  describe(cursor: string): string;
  /** How often it is kept, in milliseconds; what comes in between comes again after a crash. */
  readonly everyMs: number;
  /** The cursor that is kept; undefined if there is none yet. */
  read(): Promise<string | undefined>;
  /** Keeps the cursor of a run from now on, whenever it is told to. */
  follow(run: Pick<ConsecutiveRun, 'cursor'>): Checkpoint;
}

/** A file costs nothing to write. */
export const FILE_EVERY_MS = 500;

/** A checkpoint in a file that a person has named. */
export function fileCheckpoint(path: string): CheckpointStore {
  return {
    describe: (cursor) => `Going on after ${cursor}, where ${path} says it was stored.`,
    everyMs: FILE_EVERY_MS,
    read: () => readCheckpoint(path),
    follow: (run) => checkpointFile(path, run),
  };
}

/** A checkpoint in a file. */
export function checkpointFile(path: string, run: Pick<ConsecutiveRun, 'cursor'>): Checkpoint {
  return checkpoint(run, async (cursor) => {
    try {
      await replaceFile(path, `${JSON.stringify({ cursor })}\n`);
    } catch (error) {
      throw new CheckpointError(`The checkpoint ${path} cannot be written: ${String(error)}.`, { cause: error });
    }
  });
}

/** Keeps the cursor of a run by `write`, one at a time. */
export function checkpoint(
  run: Pick<ConsecutiveRun, 'cursor'>,
  writeCursor: (cursor: string) => Promise<void>,
): Checkpoint {
  let written: string | undefined;
  let latest: Promise<void> = Promise.resolve();
  const write = async (): Promise<void> => {
    const cursor = run.cursor();
    if (cursor === undefined || cursor === written) return;
    await writeCursor(cursor);
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
