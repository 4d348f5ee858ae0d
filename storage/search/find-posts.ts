import type { Client } from '@opensearch-project/opensearch';
import * as z from 'zod';

import { markedParts, type TextPart } from '../../core/search/marked-text.ts';
import { postSearchBody, type PostSearch } from '../../core/search/queries.ts';
import { SENTIMENT_LABELS } from '../../core/sentiment.ts';
import { SOURCES } from '../../core/sources.ts';
import { searchAlias } from './search-alias.ts';

/** What people and programs are shown of a post document; further fields pass. */
const FoundPostSchema = z.looseObject({
  id: z.string(),
  source: z.enum(SOURCES),
  created_at: z.string(),
  text: z.string(),
  title: z.string().optional(),
  url: z.string().optional(),
  author: z.looseObject({ id: z.string(), handle: z.string().optional(), name: z.string().optional() }).optional(),
  engagement: z.int().optional(),
  sentiment: z.object({ label: z.enum(SENTIMENT_LABELS), score: z.number() }).optional(),
});

const AnswerSchema = z.object({
  hits: z.object({
    total: z.object({ value: z.int() }),
    hits: z.array(
      z.object({
        _source: FoundPostSchema,
        highlight: z.record(z.string(), z.array(z.string())).optional(),
      }),
    ),
  }),
});

export type FoundDocument = z.infer<typeof FoundPostSchema>;

export interface FoundPost {
  readonly document: FoundDocument;
  /** The whole text and title in parts. */
  readonly text: readonly TextPart[];
  readonly title: readonly TextPart[];
}

export interface FoundPosts {
  /** All that there are. */
  readonly total: number;
  /** The first of them in the order that was asked for. */
  readonly posts: readonly FoundPost[];
}

/**
 * Finds posts in the index; none where there is no index yet.
 * @throws TransientStoreError, SearchRefusedError
 */
export async function findPosts(client: Client, alias: string, search: PostSearch): Promise<FoundPosts> {
  const { hits } = await searchAlias({ client, alias, what: 'Searching posts' }, postSearchBody(search), AnswerSchema);
  return { total: hits.total.value, posts: hits.hits.map(foundPost) };
}

/** How many posts can be found at all. @throws TransientStoreError, SearchRefusedError */
export async function countPosts(client: Client, alias: string): Promise<number> {
  const body = { size: 0, track_total_hits: true };
  const { hits } = await searchAlias({ client, alias, what: 'Counting posts' }, body, AnswerSchema);
  return hits.total.value;
}

function foundPost({ _source, highlight = {} }: z.infer<typeof AnswerSchema>['hits']['hits'][number]): FoundPost {
  const partsOf = (field: 'text' | 'title'): TextPart[] =>
    markedParts(
      _source[field] ?? '',
      [field, `${field}.en`].flatMap((name) => highlight[name] ?? []),
    );
  return { document: _source, text: partsOf('text'), title: partsOf('title') };
}
