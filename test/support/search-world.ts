import type { Client } from '@opensearch-project/opensearch';

import { decideItem } from '../../core/search/bulk-item.ts';
import { indexNameOf } from '../../core/search/index-name.ts';
import { documentOf, documentVersion } from '../../core/search/post-document.ts';
import { searchEngine } from '../../core/search/search-engine.ts';
import type { SearchSettings } from '../../core/search/search-settings.ts';
import type { SocialEvent } from '../../core/social-event.ts';
import { sendBulkBy, type BulkItem, type SendBulk } from '../../storage/search/bulk-request.ts';
import { searchClient } from '../../storage/search/search-client.ts';
import { setUpIndex } from '../../storage/search/setup-index.ts';

const SETTINGS: SearchSettings = {
  alias: 'nba-posts',
  refreshSeconds: 1,
  indexPeriod: 'month',
  retentionDays: 90,
  maxBytes: 1024 ** 3,
  features: [
    { name: 'Camera', keywords: ['camera', 'cameras'] },
    { name: 'Battery', keywords: ['battery'] },
    { name: 'Dot Projector', keywords: ['dot projector'] },
    { name: 'iPhone 17 Pro', keywords: ['iphone 17 pro'] },
  ],
};
const TIMEOUT_MS = 60_000;
const CHUNK = 2_000;

/** The index on a real server, as the stage sets it up. */
export interface SearchWorld {
  readonly client: Client;
  readonly alias: string;
  readonly settings: SearchSettings;
  readonly send: SendBulk;
  /** Makes what is stored findable. */
  readonly refresh: () => Promise<unknown>;
  /** Stores the documents of events, in their order, and makes them findable. @throws Error if one is refused */
  readonly index: (...events: SocialEvent[]) => Promise<void>;
  /** Stores a document as it is, as the post `twitter:1` of November 2026. */
  readonly indexDocument: (document: Readonly<Record<string, unknown>>, version?: number) => Promise<BulkItem>;
  /** Ids of the posts that a query finds behind the alias, in their order. */
  readonly find: (query: object) => Promise<string[]>;
  /** Answer of `_search` behind the alias. */
  readonly search: (body: object) => Promise<SearchAnswer>;
}

export interface SearchAnswer {
  readonly hits: {
    readonly hits: readonly { readonly _index: string; readonly _source: Readonly<Record<string, unknown>> }[];
  };
  readonly aggregations: Readonly<Record<string, { readonly buckets: readonly { key: string; doc_count: number }[] }>>;
}

/** Sets the index up on a server. */
export async function searchWorld(url: string): Promise<SearchWorld> {
  const client = searchClient({ endpoint: url });
  const { alias } = SETTINGS;
  await setUpIndex(client, SETTINGS);
  const engine = searchEngine(SETTINGS);
  const send = sendBulkBy(client);
  const refresh = (): Promise<unknown> => client.indices.refresh({ index: `${alias}-*` });
  const search = async (body: object): Promise<SearchAnswer> => {
    const answer = await client.search({ index: alias, body });
    return answer.body as unknown as SearchAnswer;
  };
  return {
    client,
    alias,
    settings: SETTINGS,
    send,
    refresh,
    async index(...events) {
      for (let at = 0; at < events.length; at += CHUNK) {
        const items = await send(events.slice(at, at + CHUNK).map(operationOf), TIMEOUT_MS);
        const refused = items.filter((item) => !['stored', 'stale'].includes(decideItem(item)));
        if (refused.length > 0) throw new Error(`refused: ${JSON.stringify(refused)}`);
      }
      await refresh();
    },
    async indexDocument(document, version = 1) {
      const operation = { id: 'twitter:1', index: `${alias}-2026.11`, version, json: JSON.stringify(document) };
      const [item] = await send([operation], TIMEOUT_MS);
      return item ?? { status: 0 };
    },
    async find(query) {
      const { hits } = await search({ query, size: 100, sort: [{ created_at: 'asc' }, { id: 'asc' }] });
      return hits.hits.map(({ _source }) => String(_source.id));
    },
    search,
  };

  function operationOf(event: SocialEvent) {
    return {
      id: event.id,
      index: indexNameOf({ alias, indexPeriod: 'month' }, event.created_at),
      version: documentVersion(event),
      json: JSON.stringify(documentOf(event, engine)),
    };
  }
}
