import { LRUCache } from 'lru-cache';
import * as z from 'zod';

import { compareIds } from '../../network/ids.ts';
import { jsonOrUndefined } from '../../network/json.ts';
import type { Timeline } from './timelines.ts';

/** An id is given out a little before its status can be read; one that is greater may be read first. */
const REWIND_MS = 5_000n;
/** Ids of Mastodon are milliseconds since 1970, and 16 further bits. */
const SEQUENCE_BITS = 16n;
const REMEMBERED = 20_000;

/** How far each timeline is read. */
export interface Positions {
  /** The id after which to read on: a little before the last one; undefined at the beginning. */
  readFrom(timeline: Timeline): string | undefined;
  /** A timeline is read up to an id; it never goes back. */
  reach(timeline: Timeline, id: string): void;
  /** Whether a status has not come yet, in any timeline; from now on it has. */
  isNew(status: unknown): boolean;
  /** All positions. */
  cursor(): string;
}

const CursorSchema = z.record(z.string(), z.string());

/** The positions that a cursor names; a text that is none names none. */
export function positionsIn(cursor: string | undefined, timelines: readonly Timeline[]): Positions {
  const kept = readCursor(cursor);
  const last = new Map(timelines.flatMap(({ key }) => (kept[key] === undefined ? [] : [[key, kept[key]]])));
  const seen = new LRUCache<string, true>({ max: REMEMBERED });
  return {
    readFrom({ key }) {
      const id = last.get(key);
      return id === undefined ? undefined : rewound(id);
    },
    reach({ key }, id) {
      if (compareIds(id, last.get(key) ?? '') > 0) last.set(key, id);
    },
    isNew(status) {
      const id = statusId(status);
      if (id === undefined) return true;
      // An edited status is another one.
      const version = `${id} ${String(Reflect.get(Object(status), 'edited_at'))}`;
      if (seen.has(version)) return false;
      seen.set(version, true);
      return true;
    },
    cursor: () => JSON.stringify(Object.fromEntries(last)),
  };
}

function readCursor(cursor = '{}'): Readonly<Record<string, string>> {
  return CursorSchema.safeParse(jsonOrUndefined(cursor)).data ?? {};
}

function rewound(id: string): string {
  if (!/^\d+$/.test(id)) return id;
  const earlier = BigInt(id) - (REWIND_MS << SEQUENCE_BITS);
  return earlier > 0n ? String(earlier) : id;
}

/** The id of something that should be a status; undefined if it has none. */
export function statusId(status: unknown): string | undefined {
  const id: unknown = Reflect.get(Object(status), 'id');
  return typeof id === 'string' && id !== '' ? id : undefined;
}
