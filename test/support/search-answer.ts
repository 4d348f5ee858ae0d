import * as z from 'zod';

import type { SearchBody } from '../../core/search/dashboards/panel-request.ts';

/** What a server answers to a search, as far as tests read it. */
const AnswerSchema = z.object({
  hits: z.object({
    total: z.object({ value: z.int() }),
    hits: z.array(z.object({ _source: z.record(z.string(), z.unknown()) })),
  }),
  aggregations: z.record(z.string(), z.unknown()).default({}),
});
export type SearchAnswer = z.infer<typeof AnswerSchema>;

const BucketsSchema = z.object({ buckets: z.array(z.record(z.string(), z.unknown())) });
const ValueSchema = z.union([
  z.object({ value: z.number() }),
  z.object({ hits: z.object({ hits: z.array(z.object({ _source: z.looseObject({}) })).min(1) }) }),
  z.object({ location: z.object({ lat: z.number(), lon: z.number() }), count: z.int().min(1) }),
]);

type Aggs = Readonly<Record<string, { readonly aggs?: Aggs }>>;

/** @throws Error with what the server says, if it refuses the search */
export async function searchPosts(url: string, alias: string, body: SearchBody): Promise<SearchAnswer> {
  const answer = await fetch(`${url}/${alias}/_search?track_total_hits=true`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return AnswerSchema.parse(await answer.json());
}

/** What a panel would have nothing to draw of; undefined where it has something everywhere. */
export function whyEmpty(body: SearchBody, { hits, aggregations }: SearchAnswer): string | undefined {
  if (hits.total.value === 0) return 'no post';
  return missingIn(body.aggs as Aggs | undefined, aggregations);
}

function missingIn(aggs: Aggs = {}, found: Readonly<Record<string, unknown>>): string | undefined {
  const missing = Object.entries(aggs).map(([id, { aggs: inner }]) => {
    const { data } = BucketsSchema.safeParse(found[id]);
    if (data === undefined) return ValueSchema.safeParse(found[id]).success ? undefined : `${id} has no value`;
    if (data.buckets.length === 0) return `${id} has no buckets`;
    const below = data.buckets.map((bucket) => missingIn(inner, bucket));
    return below.includes(undefined) ? undefined : `in ${id}: ${below[0]}`;
  });
  return missing.find((reason) => reason !== undefined);
}
