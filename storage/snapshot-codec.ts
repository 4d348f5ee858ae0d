import { gunzipSync, gzipSync } from 'node:zlib';

import * as z from 'zod';

import type { RankedKeyword, Sums } from '../core/ranking.ts';
import type { RankedCategory, Snapshot } from '../core/snapshot.ts';
import { SOURCES } from '../core/sources.ts';
import type { Window } from '../core/windows.ts';
import { RefusedRowError, UnreadableObjectError } from './errors.ts';

/** Which keyword of which category has a row of its own. */
export interface RowName {
  readonly category: string;
  readonly key_word: string;
}

/** A snapshot as it is stored; its rows are in their own table, only their names are kept. */
export interface StoredSnapshot extends Omit<Snapshot, 'rows'> {
  readonly rows: readonly RowName[];
  /** Rows that an earlier snapshot of the window had and this one has not. */
  readonly fallenRows: readonly RowName[];
}

const Int = z.int();
const SumsSchema = z.object({
  score: z.string().transform(BigInt),
  mentions: Int,
  authors: Int,
  sentiment: Int,
  positive: Int,
  neutral: Int,
  negative: Int,
  sources: z.partialRecord(z.enum(SOURCES), Int),
});
const KeywordSchema = SumsSchema.extend({ rank: Int, key_word: z.string() });
const CategorySchema = z.object({ keywords: Int, total: SumsSchema, ranking: z.array(KeywordSchema) });
const RowNameSchema = z.object({ category: z.string(), key_word: z.string() });

const BodySchema = z.object({
  v: z.literal(1),
  totals: z.object({ events: Int, deleted: Int, replaced: Int, rejected: Int }),
  categories: z.array(z.tuple([z.string(), CategorySchema])),
  rows: z.array(RowNameSchema),
  fallen_rows: z.array(RowNameSchema),
});

/** A snapshot takes one item of at most 400 kB; what stands beside the body is small. */
const MAX_BODY_BYTES = 390_000;

/**
 * Writes a snapshot as compressed JSON; where it would pass one item, every ranking is cut to half until it fits.
 * @throws RefusedRowError if the names of its rows alone pass one item
 */
export function encodeSnapshot(snapshot: StoredSnapshot): Uint8Array {
  const body = encode(snapshot);
  if (body.byteLength <= MAX_BODY_BYTES) return body;
  if (snapshot.categories.size === 0)
    throw new RefusedRowError(`the names of ${snapshot.rows.length + snapshot.fallenRows.length} rows pass one item`);
  return encodeSnapshot(halve(snapshot));
}

function encode(snapshot: StoredSnapshot): Uint8Array {
  const body: z.input<typeof BodySchema> = {
    v: 1,
    totals: snapshot.totals,
    categories: [...snapshot.categories].map(([name, category]) => [name, encodeCategory(category)]),
    rows: snapshot.rows.map(nameOf),
    fallen_rows: snapshot.fallenRows.map(nameOf),
  };
  return gzipSync(JSON.stringify(body));
}

/**
 * Reads a snapshot back.
 * @throws UnreadableObjectError if it is not what {@link encodeSnapshot} writes
 */
export function decodeSnapshot(window: Window, bytes: Uint8Array): StoredSnapshot {
  try {
    const body = BodySchema.parse(JSON.parse(gunzipSync(bytes).toString('utf8')));
    const { totals, rows, fallen_rows: fallenRows } = body;
    return { window, totals, rows, fallenRows, categories: new Map(body.categories) };
  } catch (cause) {
    throw new UnreadableObjectError(`the snapshot ${window.name} ${window.keyDatetime} cannot be read`, { cause });
  }
}

function encodeCategory({ keywords, total, ranking }: RankedCategory): z.input<typeof CategorySchema> {
  return { keywords, total: encodeSums(total), ranking: ranking.map(encodeKeyword) };
}

function encodeKeyword(keyword: RankedKeyword): z.input<typeof KeywordSchema> {
  return { rank: keyword.rank, key_word: keyword.key_word, ...encodeSums(keyword) };
}

function encodeSums(sums: Sums): z.input<typeof SumsSchema> {
  const { score, mentions, authors, sentiment, positive, neutral, negative, sources } = sums;
  return { score: String(score), mentions, authors, sentiment, positive, neutral, negative, sources };
}

function nameOf({ category, key_word }: RowName): RowName {
  return { category, key_word };
}

function halve(snapshot: StoredSnapshot): StoredSnapshot {
  const categories = [...snapshot.categories].map(
    ([name, category]) =>
      [name, { ...category, ranking: category.ranking.slice(0, Math.floor(category.ranking.length / 2)) }] as const,
  );
  const isEmpty = categories.every(([, { ranking }]) => ranking.length === 0);
  // Names alone still too many: rows are never dropped, for they would be left behind; categories are.
  return {
    ...snapshot,
    categories: new Map(isEmpty ? categories.slice(0, Math.floor(categories.length / 2)) : categories),
  };
}
