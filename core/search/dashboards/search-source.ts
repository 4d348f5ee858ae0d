import type { PanelFilter } from './panel-schema.ts';

/** A link from one object to another; the object names it in its attributes. */
export interface Reference {
  readonly name: string;
  readonly type: string;
  readonly id: string;
}

/** What the index pattern is called in an object that reads it. */
export const INDEX_REFERENCE = {
  name: 'kibanaSavedObjectMeta.searchSourceJSON.index',
  type: 'index-pattern',
} as const;

/** What an object reads: `searchSourceJSON`, and the references that it names. */
export interface SearchSource {
  readonly searchSourceJSON: string;
  readonly references: readonly Reference[];
}

/** A filter of Dashboards; `query` is what is asked, `meta` is how Dashboards shows it. */
interface SavedFilter {
  readonly meta: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly $state: { readonly store: 'appState' };
}

/** The posts of an index pattern that all filters let through. */
export function searchSourceOf(filters: readonly PanelFilter[], indexPatternId: string): SearchSource {
  const saved = filters.map((filter, i) => savedFilter(filter, filterReference(i)));
  const index = { ...INDEX_REFERENCE, id: indexPatternId };
  return {
    searchSourceJSON: JSON.stringify({
      query: { query: '', language: 'kuery' },
      filter: saved,
      indexRefName: INDEX_REFERENCE.name,
    }),
    references: [index, ...saved.map((_, i) => ({ ...index, name: filterReference(i) }))],
  };
}

function filterReference(i: number): string {
  return `kibanaSavedObjectMeta.searchSourceJSON.filter[${i}].meta.index`;
}

function savedFilter(filter: PanelFilter, indexRefName: string): SavedFilter {
  const meta = { indexRefName, negate: false, disabled: false, alias: null };
  return 'since' in filter ? sinceFilter(filter.since, meta) : anyOfFilter(filter, meta);
}

function sinceFilter(since: string, meta: object): SavedFilter {
  const params = { gte: since };
  return {
    meta: { ...meta, type: 'range', key: 'created_at', params },
    query: { range: { created_at: params } },
    $state: { store: 'appState' },
  };
}

function anyOfFilter({ field, anyOf }: { field: string; anyOf: readonly string[] }, meta: object): SavedFilter {
  const should = anyOf.map((value) => ({ match_phrase: { [field]: value } }));
  return {
    meta: { ...meta, type: 'phrases', key: field, value: anyOf.join(', '), params: anyOf },
    query: { bool: { should, minimum_should_match: 1 } },
    $state: { store: 'appState' },
  };
}
