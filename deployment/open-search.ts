import type { Client } from '@opensearch-project/opensearch';

import { TransientStoreError } from '../storage/errors.ts';
import { searchClient } from '../storage/search/search-client.ts';
import { remedyOf, SearchRefusedError } from '../storage/search/search-errors.ts';
import { SetupError } from './command-line.ts';
import { readSearch } from './read-outputs.ts';
import type { Target } from './target.ts';

/** Nobody waits longer before a terminal that says nothing. */
const PATIENCE_MS = 10_000;

/** A deployed search stage, ready to be asked. */
export interface Search {
  readonly client: Client;
  readonly alias: string;
}

/**
 * Asks the search stage of a preset.
 * @throws TargetError if it is not deployed there, SetupError where its server does not answer or refuses
 */
export async function withSearch<T>(target: Target, preset: string, ask: (search: Search) => Promise<T>): Promise<T> {
  const { SearchEndpoint, SearchSettings } = await readSearch(target, preset);
  const client = searchClient({ endpoint: SearchEndpoint, timeoutMs: PATIENCE_MS });
  try {
    return await ask({ client, alias: SearchSettings.alias });
  } catch (error) {
    throw setupError(error, target) ?? error;
  } finally {
    await client.close();
  }
}

function setupError(error: unknown, target: Target): SetupError | undefined {
  if (error instanceof TransientStoreError) {
    const how =
      target.endpoint === undefined
        ? 'try again in a minute'
        : '`npm run local -- up` starts it again if it has died; posts that are sent meanwhile are found afterwards';
    return new SetupError(`${error.message}: ${how}.`, { cause: error });
  }
  if (!(error instanceof SearchRefusedError)) return undefined;
  return new SetupError(`${error.message}: ${remedyOf(error)}.`, { cause: error });
}
