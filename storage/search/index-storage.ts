import type { Client } from '@opensearch-project/opensearch';
import * as z from 'zod';

import type { IndexSize } from '../../core/search/trim-plan.ts';
import { SearchRefusedError, answerOf } from './search-errors.ts';

/** What the indices of an alias take, and a way to remove one. */
export interface IndexStorage {
  /** All of them with what they and their copies take on disk, which of a closed one is told as 0; `[]` if there is none. */
  list(): Promise<IndexSize[]>;
  /** Removes one by its name; it may be gone already. */
  remove(index: string): Promise<void>;
}

const RowsSchema = z.array(z.object({ index: z.string(), 'store.size': z.coerce.number().int() }));

/**
 * The indices `<alias>-*` of a server.
 * Both throw TransientStoreError while the server cannot, SearchRefusedError where it will not.
 */
export function indexStorageOf(client: Client, alias: string): IndexStorage {
  return {
    async list() {
      const rows = client.cat.indices({
        index: `${alias}-*`,
        h: ['index', 'store.size'],
        bytes: 'b',
        format: 'json',
        expand_wildcards: 'all',
      });
      const found = RowsSchema.parse(await answerOf('Measuring the indices', rows));
      return found.map(({ index, 'store.size': bytes }) => ({ index, bytes }));
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
