import { gunzipSync, gzipSync } from 'node:zlib';

import * as z from 'zod';

import type { CategoryCells, Cell, Summary } from '../core/aggregate.ts';
import { SOURCES } from '../core/sources.ts';
import { UnreadableObjectError } from './errors.ts';

/** A summary as one object: `revision` counts its writes, so that no two of them are alike. */
export interface StoredSummary {
  readonly summary: Summary;
  readonly revision: number;
  /** How many write shards its rows were read from. */
  readonly writeShards: number;
}

const Int = z.int();
/** Scores as numbers while they are exact, else as digits. */
const Score = z.union([Int, z.string().regex(/^-?\d+$/)]);

/** One column per sum; the first row is the category's total, row i + 1 belongs to keyword `keyword[i]`. */
const CategorySchema = z.object({
  name: z.string(),
  keyword: z.array(Int),
  score: z.array(Score),
  mentions: z.array(Int),
  sentiment: z.array(Int),
  positive: z.array(Int),
  neutral: z.array(Int),
  negative: z.array(Int),
  author_count: z.array(Int),
  /** Places in `authors`, row after row. */
  author: z.array(Int),
});
type StoredCategory = z.infer<typeof CategorySchema>;

const SummarySchema = z.object({
  v: z.literal(1),
  revision: Int,
  source: z.enum(SOURCES),
  minute: z.string(),
  write_shards: Int,
  totals: z.object({ events: Int, deleted: Int, replaced: Int, rejected: Int }),
  keywords: z.array(z.string()),
  authors: z.array(z.string()),
  categories: z.array(CategorySchema),
});

const SUMS = ['mentions', 'sentiment', 'positive', 'neutral', 'negative'] as const;

/** Writes a summary as compressed JSON; keywords and authors once each, cells in columns. */
export function encodeSummary({ summary, revision, writeShards }: StoredSummary): Uint8Array {
  const keywords = new Dictionary();
  const authors = new Dictionary();
  const categories = [...summary.categories].map(([name, cells]) => encodeCategory(name, cells, keywords, authors));
  const document: z.input<typeof SummarySchema> = {
    v: 1,
    revision,
    source: summary.source,
    minute: summary.minute,
    write_shards: writeShards,
    totals: summary.totals,
    keywords: keywords.words,
    authors: authors.words,
    categories,
  };
  return gzipSync(JSON.stringify(document));
}

/**
 * Reads a summary back.
 * @param name says which object it is in the error
 * @throws UnreadableObjectError if it is not what {@link encodeSummary} writes
 */
export function decodeSummary(bytes: Uint8Array, name: string): StoredSummary {
  try {
    return decode(SummarySchema.parse(JSON.parse(gunzipSync(bytes).toString('utf8'))));
  } catch (cause) {
    throw new UnreadableObjectError(`summary ${name} cannot be read`, { cause });
  }
}

function decode(document: z.infer<typeof SummarySchema>): StoredSummary {
  const { source, minute, totals, revision, write_shards: writeShards } = document;
  const categories = new Map(
    document.categories.map((category) => [category.name, decodeCategory(category, document)]),
  );
  return { summary: { source, minute, totals, categories }, revision, writeShards };
}

function encodeCategory(name: string, cells: CategoryCells, keywords: Dictionary, authors: Dictionary): StoredCategory {
  const rows = [cells.total, ...cells.keywords.values()];
  const column = (sum: (typeof SUMS)[number]) => rows.map((cell) => cell[sum]);
  return {
    name,
    keyword: [...cells.keywords.keys()].map((keyword) => keywords.placeOf(keyword)),
    score: rows.map(({ score }) => (Number.isSafeInteger(Number(score)) ? Number(score) : String(score))),
    mentions: column('mentions'),
    sentiment: column('sentiment'),
    positive: column('positive'),
    neutral: column('neutral'),
    negative: column('negative'),
    author_count: rows.map((cell) => cell.authors.size),
    author: rows.flatMap((cell) => [...cell.authors].map((author) => authors.placeOf(author))),
  };
}

function decodeCategory(category: StoredCategory, { keywords, authors }: z.infer<typeof SummarySchema>): CategoryCells {
  let nextAuthor = 0;
  const cells = category.author_count.map((count, row): Cell => {
    const places = Array.from({ length: count }, () => entryAt(category.author, nextAuthor++));
    const sums = Object.fromEntries(SUMS.map((sum) => [sum, entryAt(category[sum], row)]));
    return {
      ...(sums as Record<(typeof SUMS)[number], number>),
      score: BigInt(entryAt(category.score, row)),
      authors: new Set(places.map((place) => entryAt(authors, place))),
    };
  });
  const [total, ...others] = cells;
  if (total === undefined) throw new RangeError(`category ${category.name} has no total`);
  return {
    total,
    keywords: new Map(others.map((cell, i) => [entryAt(keywords, entryAt(category.keyword, i)), cell])),
  };
}

/** @throws RangeError where a list ends too soon: a sum that is missing is unknown, not 0 */
function entryAt<T>(list: readonly T[], place: number): T {
  const found = list[place];
  if (found === undefined) throw new RangeError(`there is no entry ${place}`);
  return found;
}

/** Words by place, each once. */
class Dictionary {
  readonly words: string[] = [];
  readonly #places = new Map<string, number>();

  placeOf(word: string): number {
    let place = this.#places.get(word);
    if (place === undefined) {
      place = this.words.push(word) - 1;
      this.#places.set(word, place);
    }
    return place;
  }
}
