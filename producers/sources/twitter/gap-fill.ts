import * as z from 'zod';

import type { ReadContext } from '../../network/network.ts';
import { twitterClient, type TwitterClient } from './client.ts';
import { POST_QUERY } from './fields.ts';
import { desiredRules, type Rule } from './rules.ts';

const SEARCH = 'tweets/search/recent';
const PAGE_SIZE = 100;
/** A longer gap is not worth its price. */
const MAX_PAGES = 10;
/** The search takes shorter queries than the stream takes rules. */
const MAX_QUERY_LENGTH = 512;

const PageSchema = z.looseObject({
  data: z.array(z.looseObject({ id: z.string() })).default([]),
  meta: z.object({ next_token: z.string().optional() }).default({}),
});
type Page = z.infer<typeof PageSchema>;

/** What the stream would have sent. */
interface Found {
  readonly page: Page;
  readonly data: Page['data'][number];
  readonly rules: Rule[];
}

/**
 * Posts that matched the rules since a post, as far as the search knows them (no reposts, at most a thousand a rule),
 * oldest first, in the form of the stream; of a post that matches several rules all of them.
 * @throws what `failureOf` sorts
 */
export async function searchSince(context: ReadContext, sinceId: string): Promise<unknown[]> {
  const client = twitterClient(context);
  const found = new Map<string, Found>();
  try {
    for (const rule of desiredRules(context.preset)) {
      if ([...rule.value].length > MAX_QUERY_LENGTH) context.count('rules too long to search for');
      else await search(client, { rule, sinceId, found });
    }
  } finally {
    client.destroy();
  }
  return [...found.values()].toSorted((a, b) => compareIds(a.data.id, b.data.id)).map(asOnStream);
}

interface Search {
  readonly rule: Rule;
  readonly sinceId: string;
  readonly found: Map<string, Found>;
}

async function search(client: TwitterClient, { rule, sinceId, found }: Search): Promise<void> {
  let token: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const query = { ...POST_QUERY, query: rule.value, since_id: sinceId, max_results: PAGE_SIZE };
    const page = PageSchema.parse(
      await client.get(SEARCH, token === undefined ? query : { ...query, next_token: token }),
    );
    for (const data of page.data) {
      const known = found.get(data.id);
      if (known === undefined) found.set(data.id, { page, data, rules: [rule] });
      else if (!known.rules.includes(rule)) known.rules.push(rule);
    }
    token = page.meta.next_token;
    if (token === undefined) return;
  }
}

function asOnStream({ page, data, rules }: Found): unknown {
  return { data, includes: page['includes'], matching_rules: rules.map(({ tag }) => ({ id: '', tag })) };
}

/** Ids are decimal numbers beyond 2^53, and increase with time. */
export function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : Number(a > b));
}
