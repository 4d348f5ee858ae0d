import { exactNumber } from './exact-number.ts';

/** A ranked keyword with its score as exact digits. */
export interface ShownKeyword {
  readonly rank: number;
  readonly key_word: string;
  readonly score: string;
  readonly mentions: number;
  readonly authors: number;
}

/** A ranking as one line of JSON, an array from rank 1 on; `top` and `rank` both write this, so that `diff` compares them. */
export function rankingJson(
  ranking: readonly ShownKeyword[],
  { category, keyDatetime }: { readonly category: string; readonly keyDatetime: string },
): string {
  const rows = ranking.map(({ rank, key_word, score, mentions, authors }) => ({
    rank,
    key_word,
    category,
    key_datetime: keyDatetime,
    score: exactNumber(score),
    mentions,
    authors,
  }));
  return JSON.stringify(rows);
}
