import type { Source } from '../sources.ts';
import { filterQueries, type PostFilter, type Query } from './queries.ts';

/** An author of one network; another network may have an author with the same id or handle. */
export interface AuthorKey {
  readonly source: Source;
  readonly id: string;
}

/** Where a walk through groups goes on, as the server has said it. */
export type AfterKey = Readonly<Record<string, unknown>>;

/** Groups of one page: a server makes 65,535 buckets at most for one request. */
const PAGE_SIZE = 2_000;
const MAX_BUCKETS = 50_000;

const AUTHOR_GROUPS = [{ source: { terms: { field: 'source' } } }, { id: { terms: { field: 'author.id' } } }];
const ENGAGEMENT = { sum: { field: 'engagement' } };

/**
 * The followers of an author as they were last seen: of what was observed at one moment, the greatest number. Exact, as
 * the last moment of all is the last one wherever it is; and three times as fast as `top_hits`.
 */
const FOLLOWERS = {
  filter: { exists: { field: 'author.followers' } },
  aggs: {
    moments: {
      terms: { field: 'observed_at', size: 1, shard_size: 1, order: { _key: 'desc' } },
      aggs: { followers: { max: { field: 'author.followers' } } },
    },
  },
};

export interface AuthorPage {
  readonly filter: PostFilter;
  readonly after: AfterKey | undefined;
  /** Whether the followers of each author are looked up, which takes most of the time. */
  readonly withFollowers: boolean;
  /** Topics of which it is asked whether an author has posts there. @default - none */
  readonly topics?: readonly string[];
}

/**
 * The body of `_search` for a page of authors, by source and id: composite, as that alone is exact over any number of
 * indices and authors (https://docs.opensearch.org/latest/aggregations/bucket/composite/).
 */
export function authorPageBody({ filter, after, withFollowers, topics }: AuthorPage) {
  const size =
    topics === undefined ? PAGE_SIZE : Math.max(1, Math.min(PAGE_SIZE, Math.floor(MAX_BUCKETS / (topics.length + 3))));
  const aggs = {
    engagement: ENGAGEMENT,
    ...(withFollowers && { followers: FOLLOWERS }),
    ...(topics && { topics: { filters: { filters: [...topics.map(hasTopic), HAS_NO_TOPIC] } } }),
  };
  return {
    size: 0,
    track_total_hits: true,
    query: { bool: { filter: [...filterQueries(filter), { exists: { field: 'author.id' } }] } },
    aggs: { groups: { composite: { size, sources: AUTHOR_GROUPS, ...(after && { after }) }, aggs } },
  };
}

/** The body of `_search` that counts posts and engagement of each topic and source; a post without a topic has null. */
export function topicPageBody({ filter, after }: Pick<AuthorPage, 'filter' | 'after'>) {
  const sources = [
    { topic: { terms: { field: 'tags', missing_bucket: true } } },
    { source: { terms: { field: 'source' } } },
  ];
  return groupsBody(filter, sources, after);
}

/** The body of `_search` that counts posts and engagement of each source. */
export function sourcePageBody({ filter, after }: Pick<AuthorPage, 'filter' | 'after'>) {
  return groupsBody(filter, [{ source: { terms: { field: 'source' } } }], after);
}

function groupsBody(filter: PostFilter, sources: readonly object[], after: AfterKey | undefined) {
  return {
    size: 0,
    query: { bool: { filter: filterQueries(filter) } },
    aggs: {
      groups: { composite: { size: PAGE_SIZE, sources, ...(after && { after }) }, aggs: { engagement: ENGAGEMENT } },
    },
  };
}

/** The body of `_search` that says how authors call themselves and who follows them, in the order of the keys. */
export function authorDetailsBody(keys: readonly AuthorKey[], filter: PostFilter) {
  const filters = keys.map(({ source, id }) => ({
    bool: { filter: [{ term: { source } }, { term: { 'author.id': id } }] },
  }));
  const isNamed = { bool: { should: ['author.handle', 'author.name'].map((field) => ({ exists: { field } })) } };
  const latest = { top_hits: { size: 1, _source: ['author'], sort: [{ observed_at: 'desc' }, { id: 'asc' }] } };
  const aggs = { followers: FOLLOWERS, named: { filter: isNamed, aggs: { latest } } };
  const query = { bool: { filter: filterQueries(filter) } };
  return { size: 0, query, aggs: { authors: { filters: { filters }, aggs } } };
}

const HAS_NO_TOPIC: Query = { bool: { must_not: [{ exists: { field: 'tags' } }] } };

function hasTopic(topic: string): Query {
  return { term: { tags: topic } };
}
