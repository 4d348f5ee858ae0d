import type { MergedCell } from './aggregate.ts';
import type { Source } from './sources.ts';

/** A keyword, or a whole category, with its sums. */
export interface Sums {
  /** In millionths. */
  readonly score: bigint;
  readonly mentions: number;
  readonly authors: number;
  /** Sum of the sentiment scores in ten-thousandths. */
  readonly sentiment: number;
  readonly positive: number;
  readonly neutral: number;
  readonly negative: number;
  /** Mentions by network. */
  readonly sources: Readonly<Partial<Record<Source, number>>>;
}

/** A keyword with its place in a category, from 1. */
export interface RankedKeyword extends Sums {
  readonly rank: number;
  readonly key_word: string;
}

/**
 * The order of keywords: score, then mentions, both descending, then the keyword in code-point order. Total: no two
 * keywords of a map are equal in it, so ranks are reproducible.
 */
export function rankKeywords(keywords: ReadonlyMap<string, MergedCell>): RankedKeyword[] {
  return [...keywords]
    .toSorted(([a, cellA], [b, cellB]) => compareCells(cellA, cellB) || compareCodePoints(a, b))
    .map(([key_word, cell], i) => ({ rank: i + 1, key_word, ...sumsOf(cell) }));
}

/** The sums of a cell, its authors counted. */
export function sumsOf({ authors, sources, ...cell }: MergedCell): Sums {
  return { ...cell, authors: authors.size, sources: Object.fromEntries(sources) };
}

function compareCells(a: MergedCell, b: MergedCell): number {
  if (a.score !== b.score) return a.score > b.score ? -1 : 1;
  return b.mentions - a.mentions;
}

/** Orders two strings by their code points; `<` orders them by UTF-16 units, which puts emoji before `￼`. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const unitA = a.charCodeAt(i);
    const unitB = b.charCodeAt(i);
    if (unitA !== unitB) return codePointOrder(unitA) - codePointOrder(unitB);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all others. */
function codePointOrder(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
