import { filterQueries, type PostFilter, type Query } from './queries.ts';

/** What can be suggested, in the order that people see; `isMany`: a post may have several. */
export const SUGGESTION_FIELDS = [
  { kind: 'hashtag', field: 'hashtags', isMany: true },
  { kind: 'feature', field: 'features.name', isMany: true },
  { kind: 'author', field: 'author.handle', isMany: false },
  { kind: 'name', field: 'author.name', isMany: false },
  { kind: 'place', field: 'place.name', isMany: false },
  { kind: 'city', field: 'place.city', isMany: false },
  { kind: 'state', field: 'place.state', isMany: false },
  { kind: 'country', field: 'place.country', isMany: false },
] as const;

type SuggestionField = (typeof SUGGESTION_FIELDS)[number];
export type SuggestionKind = SuggestionField['kind'];

/** Of words that begin with what was typed, and of words that contain it further on. */
export const SUGGESTION_GROUPS = ['begins', 'contains'] as const;
export type SuggestionGroup = (typeof SUGGESTION_GROUPS)[number];

export interface SuggestRequest {
  /** Lower case and without accents, as the index holds words. */
  readonly typed: string;
  readonly filter: PostFilter;
  /** Suggestions of each kind in each group. */
  readonly limit: number;
}

/** Words of a shard that are counted: with more than these, counts are at least what is shown. */
const SHARD_SIZE = 10_000;

/** The body of `_search` that counts what begins with, and what contains, a text; answers are named `<kind> <group>`. */
export function suggestBody(request: SuggestRequest) {
  const aggs = SUGGESTION_FIELDS.flatMap((field) =>
    SUGGESTION_GROUPS.map((group) => [suggestionName(field.kind, group), suggestion(field, group, request)]),
  );
  const query = { bool: { filter: filterQueries(request.filter) } };
  return { size: 0, query, aggs: Object.fromEntries(aggs) as Record<string, object> };
}

/** What the answer for a kind and a group is called. */
export function suggestionName(kind: SuggestionKind, group: SuggestionGroup): string {
  return `${kind} ${group}`;
}

function suggestion(field: SuggestionField, group: SuggestionGroup, { typed, limit }: SuggestRequest): object {
  const order = [{ _count: 'desc' }, { _key: 'asc' }];
  const terms = { field: field.field, size: limit, shard_size: SHARD_SIZE, order, ...wordsOf(field, group, typed) };
  return { filter: postsOf(field, group, typed), aggs: { words: { terms } } };
}

function postsOf({ field, isMany }: SuggestionField, group: SuggestionGroup, typed: string): Query {
  const begins = { match: { [`${field}.prefix`]: { query: typed, operator: 'and' } } };
  if (group === 'begins') return begins;
  const pattern = `*${typed.replaceAll(/[\\*?]/g, String.raw`\$&`)}*`;
  const contains = { wildcard: { [field]: { value: pattern } } };
  return { bool: { filter: [contains], must_not: isMany ? [] : [begins] } };
}

/** Of a post with several words, those that were meant: it has been found by one of them. */
function wordsOf({ isMany }: SuggestionField, group: SuggestionGroup, typed: string): object {
  if (!isMany) return {};
  const literal = typed.replaceAll(/[.?+*|{}[\]()"\\#@&<>~^$-]/g, String.raw`\$&`);
  return group === 'begins' ? { include: `${literal}.*` } : { include: `.+${literal}.*`, exclude: `${literal}.*` };
}
