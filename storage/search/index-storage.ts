import type { Client } from '@opensearch-project/opensearch';
import * as z from 'zod';

import type { IndexSize } from '../../core/search/trim-plan.ts';
import { SearchRefusedError, answerOf } from './search-errors.ts';

/** What the indices of an alias take, and a way to remove one. */
export interface IndexStorage {
  /** All of them, closed ones too, with what they and their copies take on disk; `[]` if there is none. */
  list(): Promise<IndexSize[]>;
  /** Removes one by its name; it may be gone already. */
  remove(index: string): Promise<void>;
}

const StatsSchema = z.object({
  indices: z.record(z.string(), z.object({ total: z.object({ store: z.object({ size_in_bytes: z.int() }) }) })),
});

/**
 * The indices `<alias>-*` of a server.
 * Both throw TransientStoreError while the server cannot, SearchRefusedError where it will not.
 */
export function indexStorageOf(client: Client, alias: string): IndexStorage {
  return {
    async list() {
      const stats = client.indices.stats({
        index: `${alias}-*`,
        metric: 'store',
        expand_wildcards: 'all',
        forbid_closed_indices: false,
      });
      const { indices } = StatsSchema.parse(await answerOf('Measuring the indices', stats));
      return Object.entries(indices).map(([index, { total }]) => ({ index, bytes: total.store.size_in_bytes }));
    },
    async remove(index) {
      try {
        await answerOf('Removing an index', client.indices.delete({ index }));
      } catch (error) {
        if (!(error instanceof SearchRefusedError && error.status === 404)) throw error;
      }
    },
  };
}
