import { beforeEach, describe, inject } from 'vitest';

/**
 * A suite on the real server that all suites of the project share, one after the other: each test begins with an empty
 * one. Skipped with the reason in its name where the machine cannot have a server.
 */
export function describeSearch(name: string, suite: (url: string) => void): void {
  const search = inject('search');
  if ('off' in search) {
    describe.skip(`${name} (${search.off})`, () => suite(''));
    return;
  }
  describe(name, () => {
    beforeEach(() => emptySearchServer(search.url));
    suite(search.url);
  });
}

/** Removes every index, alias and template. */
async function emptySearchServer(url: string): Promise<void> {
  for (const path of ['/*?expand_wildcards=all', '/_index_template/*', '/_component_template/*']) {
    const answer = await fetch(`${url}${path}`, { method: 'DELETE' });
    if (!answer.ok) throw new Error(`DELETE ${path} was answered by ${answer.status}: ${await answer.text()}`);
  }
}
