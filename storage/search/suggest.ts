import type { Client } from '@opensearch-project/opensearch';
import * as z from 'zod';

import type { PostFilter } from '../../core/search/queries.ts';
import {
  SUGGESTION_FIELDS,
  suggestBody,
  suggestionName,
  type SuggestionGroup,
  type SuggestionKind,
} from '../../core/search/suggest-query.ts';
import { foldWord } from './fold-word.ts';
import { searchAlias } from './search-alias.ts';

/** A word of the index that a person may have meant. */
export interface Suggestion {
  readonly kind: SuggestionKind;
  /** In lower case, as facets are. */
  readonly word: string;
  readonly posts: number;
}

export interface Suggestions extends Readonly<Record<SuggestionGroup, readonly Suggestion[]>> {
  /** Else there are more words than the server counts, and `posts` is at least what it says. */
  readonly isExact: boolean;
}

export interface SuggestOptions {
  readonly typed: string;
  readonly filter: PostFilter;
  readonly limit: number;
}

const AnswerSchema = z.object({
  // Absent where there is no index yet.
  aggregations: z
    .record(
      z.string(),
      z.object({
        words: z.object({
          doc_count_error_upper_bound: z.int(),
          buckets: z.array(z.object({ key: z.string(), doc_count: z.int() })),
        }),
      }),
    )
    .default({}),
});

/**
 * Hashtags, features, authors and places that begin with what is typed, and those that contain it further on; of each
 * kind those with the most posts first, then by word.
 * @throws TransientStoreError, SearchRefusedError
 */
export async function suggest(client: Client, alias: string, options: SuggestOptions): Promise<Suggestions> {
  const typed = await foldWord(client, options.typed);
  const place = { client, alias, what: 'Looking words up' };
  const { aggregations } = await searchAlias(place, suggestBody({ ...options, typed }), AnswerSchema);
  const wordsOf = (group: SuggestionGroup): Suggestion[] =>
    SUGGESTION_FIELDS.flatMap(({ kind }) =>
      (aggregations[suggestionName(kind, group)]?.words.buckets ?? []).map(({ key, doc_count }) => ({
        kind,
        word: key,
        posts: doc_count,
      })),
    );
  const errors = Object.values(aggregations).map(({ words }) => words.doc_count_error_upper_bound);
  return { begins: wordsOf('begins'), contains: wordsOf('contains'), isExact: errors.every((error) => error === 0) };
}
