import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';

import { SetupError } from '../../deployment/command-line.ts';
import type { OfferedItem, Rejection } from '../source.ts';

/** A file of the lines that were not sent. */
export interface RejectedFile {
  /** Adds a line: its number, the reason, what is wrong, and the line itself where it is text of up to 2 MiB. */
  readonly add: (item: OfferedItem, why: Rejection) => void;
  /** Ends it; there is no file if no line was added. */
  readonly close: () => void;
}

/**
 * Makes a new file, one JSON document a line; a file that is there already is never written over.
 * @throws SetupError if there is such a file, or none can be made or written
 */
export function rejectedFile(path: string): RejectedFile {
  const file = forPeople(path, () => openSync(path, 'wx'));
  let isEmpty = true;
  return {
    add({ cursor, text }, { reason, detail }) {
      const line = JSON.stringify({ line: Number(cursor), reason, detail, text });
      isEmpty = false;
      forPeople(path, () => writeSync(file, `${line}\n`));
    },
    close() {
      closeSync(file);
      if (isEmpty) unlinkSync(path);
    },
  };
}

function forPeople<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isThere = 'code' in error && error.code === 'EEXIST';
    const message = isThere
      ? `${path} is there already: name a new file with --rejected.`
      : `${path} cannot be written: ${error.message}.`;
    throw new SetupError(message, { cause: error });
  }
}
