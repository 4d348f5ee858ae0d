import type { TestProject } from 'vitest/node';

import { STATE_FOLDER } from '../../deployment/target.ts';
import { planSearch } from '../../local/search/ensure-search.ts';
import { withSearch } from '../../local/search/search-setting.ts';
import { readLocalSettings } from '../../local/settings.ts';
import { startTestEmulator } from './emulator.ts';
import { startSharedSearchServer } from './shared-search-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Environment of child processes that act on the deployed app. */
    environment: Record<string, string>;
  }
}

/**
 * Deploys the real app once for all integration tests: to an emulator of its own with a search server of its own, where
 * there can be one, or to AWS_ENDPOINT_URL, whose functions reach no other search server than OPENSEARCH_URL.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const search = await prepareSearch(project);
  try {
    const emulator = await startTestEmulator({ settings: search.settings });
    project.provide('environment', definedVariables(emulator.env));
    return async () => {
      await emulator.stop();
      await search.stop();
    };
  } catch (error) {
    await search.stop();
    throw error;
  }
}

async function prepareSearch(project: TestProject) {
  const settings = readLocalSettings();
  if (settings.endpoint === '') {
    const server = await startSharedSearchServer(project);
    return {
      settings: withSearch([], server),
      stop: async () => server?.stop(),
    };
  }
  const plan = await planSearch({ settings, stateFolder: STATE_FOLDER });
  project.provide('search', plan);
  return { settings: withSearch([], plan), stop: async () => undefined };
}

function definedVariables(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
}
