import type { Search } from './ensure-search.ts';

const NAME = 'searchEndpoint=';

/** What the person says with `-c searchEndpoint=…`, which we then neither start nor stop. */
export function givenSearch(settings: readonly string[]): Search | undefined {
  const given = settings.findLast((setting) => setting.startsWith(NAME));
  return given === undefined ? undefined : { url: given.slice(NAME.length) };
}

/** The settings of an app that searches there. */
export function withSearch(settings: readonly string[], search: Search | undefined): readonly string[] {
  if (search === undefined || 'off' in search || givenSearch(settings) !== undefined) return settings;
  return [...settings, `${NAME}${search.url}`];
}

/** One line for people. */
export function searchLine(search: Search): string {
  return 'off' in search ? `Search is off: ${search.off}` : `Search: OpenSearch at ${search.url}.`;
}
