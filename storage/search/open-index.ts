import type { Client } from '@opensearch-project/opensearch';

import { searchEngine } from '../../core/search/search-engine.ts';
import type { SearchSettings } from '../../core/search/search-settings.ts';
import { backOff } from '../backoff.ts';
import { TransientStoreError } from '../errors.ts';
import type { KeepRejected } from '../rejected-store.ts';
import { sendBulkBy } from './bulk-request.ts';
import { bulkSink, type BulkSink } from './bulk-sink.ts';
import type { IndexDeps } from './index-events.ts';
import { hasTemplate } from './setup-index.ts';

interface OpenIndexOptions {
  readonly client: Client;
  readonly settings: SearchSettings;
  readonly keepRejected: KeepRejected;
}

/** Opens the index for a feed. */
export function openIndex({ client, settings, keepRejected }: OpenIndexOptions): IndexDeps {
  const sink = bulkSink({ send: sendBulkBy(client), pause: backOff, now: Date.now });
  return {
    sink: withTemplate(sink, () => hasTemplate(client, settings.alias)),
    keepRejected,
    settings,
    engine: searchEngine(settings),
    now: Date.now,
  };
}

/**
 * A sink that writes only where the template is: without it the first document would make an index that guesses its
 * fields. Asked once, and again after the server was away, as it may have come back empty.
 */
export function withTemplate(sink: BulkSink, isThere: () => Promise<boolean>): BulkSink {
  let isKnown = false;
  return {
    async write(operations, deadlineMs) {
      if (operations.length > 0 && !isKnown && !(await isThere()))
        throw new TransientStoreError('The search server has no index template: deploy the search stage again');
      isKnown = true;
      const outcome = await sink.write(operations, deadlineMs);
      isKnown = outcome.unfinished.length === 0;
      return outcome;
    },
  };
}
