import type { Client } from '@opensearch-project/opensearch';
import * as z from 'zod';

import { FOLDING } from '../../core/search/index-template.ts';
import { answerOf } from './search-errors.ts';

const AnalysisSchema = z.object({ tokens: z.array(z.object({ token: z.string() })) });

/**
 * A word as facets hold it, in lower case and without accents: by the server's own filters, so that both cannot differ.
 * @throws TransientStoreError, SearchRefusedError
 */
export async function foldWord(client: Client, word: string): Promise<string> {
  const body = { tokenizer: 'keyword', filter: [...FOLDING], text: word };
  const answer = await answerOf('Reading what was typed', client.indices.analyze({ body }));
  return AnalysisSchema.parse(answer).tokens[0]?.token ?? word;
}
