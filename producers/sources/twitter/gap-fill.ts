import * as z from 'zod';

import { backoff } from '../../network/backoff.ts';
import { compareIds } from '../../network/ids.ts';
import type { ReadContext } from '../../network/network.ts';
import { seconds } from '../../network/poll.ts';
import { SourceError } from '../../source-error.ts';
import type { PostBudget } from './budget.ts';
import { withClient, type TwitterClient } from './client.ts';
import { failureOf, type Failure } from './failure.ts';
import { POST_QUERY } from './fields.ts';
import { idAt } from './post-time.ts';
import { desiredRules } from './rules.ts';
import { storedRules } from './sync-rules.ts';

const SEARCH = 'tweets/search/recent';
/** What X takes for the size of a page. */
const PAGE_SIZE = { min: 10, max: 100 };
/** A longer gap is not worth its price. */
const MAX_PAGES = 10;
/** The search takes shorter queries than the stream takes rules. */
const MAX_QUERY_LENGTH = 512;
/** The search goes back seven days; a little less, as asking takes time. */
const REACH_MS = 7 * 86_400_000 - 600_000;
const ATTEMPTS = 5;

const PageSchema = z.looseObject({
  data: z.array(z.looseObject({ id: z.string() })).default([]),
  meta: z.object({ next_token: z.string().optional() }).default({}),
});
type Page = z.infer<typeof PageSchema>;

/** From where to where posts are missing; both ends are ids. */
export interface Gap {
  readonly sinceId: string;
  /** @default - now */
  readonly untilId?: string;
}

interface SearchRule {
  readonly value: string;
  readonly tag?: string | undefined;
}

/** What the stream would have sent. */
interface Found {
  readonly page: Page;
  readonly data: Page['data'][number];
  readonly rules: SearchRule[];
}

interface Search {
  readonly context: ReadContext;
  readonly budget: PostBudget;
  readonly gap: Gap;
  readonly found: Map<string, Found>;
  /** Why something of the gap stays; told once each. */
  readonly reasons: Set<string>;
  /** When X wants to be asked again, where it has said so; epoch milliseconds. */
  resetMs: number;
}

/**
 * Posts that matched the rules in a gap, as far as the search knows them (no reposts), oldest first, in the form of the
 * stream; of a post that matches several rules all of them. What cannot be had, because it is too much, too old, too
 * dear, or refused, is counted and told as a gap.
 */
export async function searchGap(context: ReadContext, budget: PostBudget, gap: Gap): Promise<unknown[]> {
  const reachable = withinReach(gap, context.clock.now());
  const search: Search = { context, budget, gap: reachable, found: new Map(), reasons: new Set(), resetMs: 0 };
  if (reachable !== gap) search.reasons.add('the search goes back seven days');
  await withClient(context, (client) => searchAll(client, search));
  for (const reason of search.reasons) {
    context.count('gaps');
    context.notify(`Not all that was missed can be found: ${reason}.`);
  }
  return [...search.found.values()].toSorted((a, b) => compareIds(a.data.id, b.data.id)).map(asOnStream);
}

function withinReach(gap: Gap, nowMs: number): Gap {
  const oldestId = idAt(nowMs - REACH_MS);
  return compareIds(gap.sinceId, oldestId) >= 0 ? gap : { ...gap, sinceId: oldestId };
}

/** Searches by every rule; one that fails is tried again, and does not cost what others have found. */
async function searchAll(client: TwitterClient, search: Search): Promise<void> {
  const { clock, signal, notify } = search.context;
  const failing = backoff(clock);
  let rules = await orLater(search, rulesOf(client, search.context));
  for (let attempt = 1; attempt < ATTEMPTS; attempt++) {
    rules = await searchByEach(client, search, rules);
    if (signal.aborted || (rules !== LATER && rules.length === 0)) return;
    const waitMs = Math.max(failing.failed(), search.resetMs - clock.now());
    notify(`What was missed cannot be searched for now; trying again in ${seconds(waitMs)}.`);
    await clock.wait(waitMs, signal);
    if (rules === LATER) rules = await orLater(search, rulesOf(client, search.context));
  }
  rules = await searchByEach(client, search, rules);
  if (rules === LATER || rules.length > 0) search.reasons.add('X does not answer the search');
}

type Rules = readonly SearchRule[];

/** The rules that have to be tried again. */
async function searchByEach(
  client: TwitterClient,
  search: Search,
  rules: Rules | typeof LATER | undefined = [],
): Promise<Rules | typeof LATER> {
  if (rules === LATER) return LATER;
  const failed: SearchRule[] = [];
  for (const rule of rules) if ((await orLater(search, searchBy(client, rule, search))) === LATER) failed.push(rule);
  return failed;
}

/** Of something that failed in a way that passes. */
const LATER = Symbol('later');

/** What comes of some work; undefined where nothing ever will, which is a reason for a gap. */
async function orLater<T>(search: Search, work: Promise<T>): Promise<T | typeof LATER | undefined> {
  try {
    return await work;
  } catch (error) {
    const failure = failureUnlessFatal(error, search);
    if (failure === undefined) return undefined;
    if ('resetMs' in failure) search.resetMs = Math.max(search.resetMs, failure.resetMs ?? 0);
    return LATER;
  }
}

function failureUnlessFatal(error: unknown, { reasons }: Search): Failure | undefined {
  try {
    return failureOf(error);
  } catch (fatal) {
    if (!(fatal instanceof SourceError)) throw fatal;
    reasons.add(fatal.message.replace(/\.$/, ''));
    return undefined;
  }
}

async function rulesOf(client: TwitterClient, { preset, flags }: ReadContext): Promise<readonly SearchRule[]> {
  return flags['keep-rules'] === true ? storedRules(client) : desiredRules(preset);
}

async function searchBy(client: TwitterClient, rule: SearchRule, search: Search): Promise<undefined> {
  const { budget, gap, found, reasons } = search;
  if ([...rule.value].length > MAX_QUERY_LENGTH) return void reasons.add('a rule is too long to search by');
  let token: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    if (budget.isDue()) await budget.reserve();
    if (budget.left() < PAGE_SIZE.min) return void reasons.add('the budget does not allow more');
    const query = {
      ...POST_QUERY,
      query: rule.value,
      since_id: gap.sinceId,
      ...(gap.untilId !== undefined && { until_id: gap.untilId }),
      max_results: Math.min(PAGE_SIZE.max, budget.left()),
      ...(token !== undefined && { next_token: token }),
    };
    const page = PageSchema.parse(await client.get(SEARCH, query));
    budget.arrived(page.data.length);
    for (const data of page.data) addFound(found, { page, data, rules: [rule] });
    token = page.meta.next_token;
    if (token === undefined) return undefined;
  }
  return void reasons.add(`more than ${MAX_PAGES} pages match a rule`);
}

function addFound(found: Map<string, Found>, post: Found): void {
  const known = found.get(post.data.id);
  if (known === undefined) found.set(post.data.id, post);
  else known.rules.push(...post.rules.filter((rule) => !known.rules.includes(rule)));
}

function asOnStream({ page, data, rules }: Found): unknown {
  return { data, includes: page['includes'], matching_rules: rules.map(({ tag }) => ({ id: '', tag })) };
}
