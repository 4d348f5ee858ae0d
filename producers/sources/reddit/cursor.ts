import * as z from 'zod';

import { jsonOrUndefined } from '../../network/json.ts';

/** How far a listing was delivered. */
export interface Mark {
  /** Names of the newest things, newest first: one of them is found again even where others are deleted. */
  readonly names: readonly string[];
  /** When the newest one was written, in seconds since 1970. */
  readonly createdS: number;
}

/** Listings that are read without a gap. */
export const STREAMS = ['new', 'comments'] as const;
export type Stream = (typeof STREAMS)[number];

/** How far every stream was delivered, for each group of subreddits. */
export type Marks = Readonly<Record<Stream, (Mark | undefined)[]>>;

const MAX_NAMES = 50;
const MAX_GROUPS = 100;
const MarkSchema = z.object({ names: z.array(z.string().max(100)).max(MAX_NAMES), createdS: z.number() });
const GroupsSchema = z
  .array(MarkSchema.nullable())
  .max(MAX_GROUPS)
  .transform((marks) => marks.map((mark) => mark ?? undefined));
const CursorSchema = z.object({ new: GroupsSchema, comments: GroupsSchema });

/** Reads a cursor; one that is none, or not ours, is the beginning. */
export function readCursor(cursor: string | undefined): Marks {
  return CursorSchema.safeParse(jsonOrUndefined(cursor ?? '')).data ?? { new: [], comments: [] };
}

/** Writes one. */
export function writeCursor(marks: Marks): string {
  return JSON.stringify(marks);
}

/** A mark that has got further. @param names of things that were delivered, newest first */
export function advanced(mark: Mark | undefined, names: readonly string[], createdS: number): Mark {
  return {
    names: [...new Set([...names, ...(mark?.names ?? [])])].slice(0, MAX_NAMES),
    createdS: Math.max(createdS, mark?.createdS ?? createdS),
  };
}
