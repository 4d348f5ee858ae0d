import type { TestProject } from 'vitest/node';

import { startTestSearchServer, type TestSearchServer, whySearchIsOff } from './search-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server that the suites of this run share, or why there is none. */
    search: { readonly url: string } | { readonly off: string };
  }
}

/** One real server for all suites of the project; a machine that cannot have one says why, and its suites are skipped. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startSharedSearchServer(project);
  return async () => server?.stop();
}

/** @returns nothing where there can be none: the project is told why */
export async function startSharedSearchServer(project: TestProject): Promise<TestSearchServer | undefined> {
  const off = await whySearchIsOff();
  if (off !== undefined) {
    console.warn(`The suites that search are skipped: ${off}`);
    project.provide('search', { off });
    return undefined;
  }
  const server = await startTestSearchServer();
  project.provide('search', { url: server.url });
  return server;
}
