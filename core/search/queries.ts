import type { Sentiment } from '../sentiment.ts';
import type { Source } from '../sources.ts';
import { MARK_END, MARK_START } from './marked-text.ts';
import { parseSearchText, type SearchTerm } from './search-text.ts';

/** A part of a query as the server takes it. */
export type Query = Readonly<Record<string, unknown>>;

/** Which posts are looked at; what is absent does not matter. */
export interface PostFilter {
  /** Epoch milliseconds of `created_at`. */
  readonly sinceMs?: number | undefined;
  readonly source?: Source | undefined;
  /** Of the post; with `feature`, of what it says about that. */
  readonly sentiment?: Sentiment['label'] | undefined;
  /** A topic of the preset, which is a tag of its posts. */
  readonly topic?: string | undefined;
  readonly feature?: string | undefined;
  /** A handle, with or without `@`. */
  readonly author?: string | undefined;
}

export const POST_SORTS = ['newest', 'relevance', 'engagement'] as const;

/** What stands first. Ties: the newest, then by id. */
export type PostSort = (typeof POST_SORTS)[number];

export interface PostSearch {
  /** As a person types it; see {@link parseSearchText}. */
  readonly text: string;
  readonly filter: PostFilter;
  readonly sort: PostSort;
  readonly limit: number;
}

/** The fields that come back with marks. */
const MARKED_FIELDS = ['text', 'text.en', 'title', 'title.en'] as const;

const AS_WRITTEN = ['text^2', 'title^2', 'hashtags^2', 'author.handle^2', 'author.name.words'];
const IN_ANY_FORM = [...AS_WRITTEN, 'text.en', 'title.en'];
const SCOPED = { hashtags: ['hashtags'], accounts: ['author.handle', 'mentions'] } as const;
const MATCHES = {
  word: { type: 'best_fields', operator: 'and' },
  phrase: { type: 'phrase' },
  beginning: { type: 'bool_prefix', operator: 'and' },
} as const;

const NEWEST = [{ created_at: 'desc' }, { id: 'asc' }];
const SORTS: Readonly<Record<PostSort, readonly object[]>> = {
  newest: NEWEST,
  relevance: [{ _score: 'desc' }, ...NEWEST],
  engagement: [{ engagement: { order: 'desc', missing: '_last' } }, ...NEWEST],
};

/** The body of `_search` that finds posts and counts all of them. */
export function postSearchBody({ text, filter, sort, limit }: PostSearch) {
  const words = textQuery(text);
  const field = { number_of_fragments: 0, highlight_query: words };
  return {
    size: limit,
    track_total_hits: true,
    query: { bool: { must: [words], filter: filterQueries(filter) } },
    sort: SORTS[sort],
    // Whichever field has found a word, it is marked where it is written, in both forms that the index knows of a text.
    highlight: {
      pre_tags: [MARK_START],
      post_tags: [MARK_END],
      require_field_match: false,
      fields: Object.fromEntries(MARKED_FIELDS.map((name) => [name, field])),
    },
  };
}

/** The posts that hold what a person has typed; all of them where nothing is asked for. */
export function textQuery(text: string): Query {
  const clauses = parseSearchText(text);
  const wanted = clauses.filter(({ isExcluded }) => !isExcluded);
  const must = wanted.map(({ anyOf }): Query => {
    // "the" says nothing beside other words, but alone it is what is looked for.
    const isOptional = wanted.length > 1 && anyOf.length === 1;
    return { bool: { should: anyOf.map((term) => termQuery(term, isOptional)), minimum_should_match: 1 } };
  });
  const excluded = clauses.filter(({ isExcluded }) => isExcluded).flatMap(({ anyOf }) => anyOf);
  return { bool: { must, must_not: excluded.map((term) => termQuery(term, false)) } };
}

/**
 * Nothing in it is a syntax of the server, so nothing that is typed can be a wrong one.
 * @param isOptional whether a word without meaning is found everywhere
 */
function termQuery({ text, match, scope }: SearchTerm, isOptional: boolean): Query {
  const fields = scope === 'anywhere' ? (match === 'word' ? IN_ANY_FORM : AS_WRITTEN) : SCOPED[scope];
  const zero_terms_query = isOptional ? 'all' : 'none';
  return { multi_match: { query: text, fields, ...MATCHES[match], zero_terms_query } };
}

/** What a post must be, as filters of the server; `[]` for all posts. */
export function filterQueries({ sinceMs, source, sentiment, topic, feature, author }: PostFilter): Query[] {
  const terms = { source, tags: topic, 'author.handle': author?.replace(/^@/, '') };
  return [
    ...Object.entries(terms).flatMap(([field, value]) => (value === undefined ? [] : [{ term: { [field]: value } }])),
    ...sentimentQueries(sentiment, feature),
    ...(sinceMs === undefined ? [] : [{ range: { created_at: { gte: sinceMs, format: 'epoch_millis' } } }]),
  ];
}

/** Of a feature that is named, its own sentiment counts: a good camera may come with a bad battery. */
function sentimentQueries(sentiment: PostFilter['sentiment'], feature: string | undefined): Query[] {
  const named = feature === undefined ? [] : [{ term: { 'features.name': feature } }];
  if (sentiment === undefined) return named;
  if (feature === undefined) return [{ term: { 'sentiment.label': sentiment } }];
  const filter = [...named, { term: { 'features.label': sentiment } }];
  return [{ nested: { path: 'features', query: { bool: { filter } } } }];
}
