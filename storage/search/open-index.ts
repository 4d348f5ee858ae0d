import { searchEngine } from '../../core/search/search-engine.ts';
import type { SearchSettings } from '../../core/search/search-settings.ts';
import { backOff } from '../backoff.ts';
import { TransientStoreError } from '../errors.ts';
import type { KeepRejected } from '../rejected-store.ts';
import { sendBulkBy } from './bulk-request.ts';
import { bulkSink, type BulkSink } from './bulk-sink.ts';
import type { IndexDeps } from './index-events.ts';
import { isOnThisMachine, searchClient } from './search-client.ts';
import { hasTemplate } from './setup-index.ts';

interface OpenIndexOptions {
  /** Address of the search server. */
  readonly endpoint: string;
  readonly settings: SearchSettings;
  readonly keepRejected: KeepRejected;
}

/** Opens the index for a feed. What is sent to a server on this machine takes no network, and so no compression. */
export function openIndex({ endpoint, settings, keepRejected }: OpenIndexOptions): IndexDeps {
  const client = searchClient({ endpoint });
  const isCompressed = !isOnThisMachine(endpoint);
  const sink = bulkSink({ send: sendBulkBy(client, { isCompressed }), pause: backOff, now: Date.now });
  return {
    sink: requireTemplate(sink, () => hasTemplate(client, settings.alias), Date.now),
    keepRejected,
    settings,
    engine: searchEngine(settings),
    now: Date.now,
  };
}

/** A server needs longer to stop and come back than this, so none comes back empty unnoticed. */
const KNOWN_FOR_MS = 2_000;

/**
 * A sink that writes only where the template is: without it the first document would make an index that guesses its
 * fields. Asked before a write that does not follow at once upon one that went well, as the server may have come back
 * empty meanwhile.
 */
export function requireTemplate(sink: BulkSink, isThere: () => Promise<boolean>, now: () => number): BulkSink {
  let knownUntilMs = -Infinity;
  return {
    async write(operations, deadlineMs) {
      if (operations.length > 0 && now() >= knownUntilMs && !(await isThere()))
        throw new TransientStoreError('The search server has no index template: deploy the search stage again');
      const outcome = await sink.write(operations, deadlineMs);
      const isWell = operations.length > 0 && outcome.unfinished.length === 0;
      knownUntilMs = isWell ? now() + KNOWN_FOR_MS : -Infinity;
      return outcome;
    },
  };
}
