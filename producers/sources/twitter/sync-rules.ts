import { ApiResponseError } from 'twitter-api-v2';
import * as z from 'zod';

import type { ReadContext } from '../../network/network.ts';
import { SourceError } from '../../source-error.ts';
import { withClient, type TwitterClient } from './client.ts';
import { desiredRules, ruleChanges, tagPrefix, type Rule, type StoredRule } from './rules.ts';

const RULES = 'tweets/search/stream/rules';
const MAX_BATCH = 100;

const RulesSchema = z.object({
  // X leaves `data` out where there are no rules.
  data: z.array(z.object({ id: z.string(), value: z.string(), tag: z.string().optional() })).default([]),
  meta: z.object({ next_token: z.string().optional() }).default({}),
});

const ErrorsSchema = z.object({
  errors: z
    .array(z.object({ title: z.string(), value: z.string().optional(), details: z.array(z.string()).optional() }))
    .default([]),
});

/**
 * Makes the rules at X those of the preset: a dry run first, then what has another tag is deleted, what is new added,
 * what is stale deleted. Rules of others are left alone. Doing it twice changes nothing the second time.
 * @returns how many rules were changed
 * @throws SourceError for a rule that X refuses, and what `failureOf` sorts
 */
export async function syncRules(context: ReadContext): Promise<number> {
  return withClient(context, (client) => sync(client, context));
}

async function sync(client: TwitterClient, { preset }: ReadContext): Promise<number> {
  const wanted = desiredRules(preset);
  const prefix = tagPrefix(preset.name);
  const { retagged, added, stale } = ruleChanges(await storedRules(client), wanted, prefix);
  for (const batch of batches(added)) await add(client, batch, { isDry: true });
  for (const batch of batches(retagged)) await remove(client, batch);
  for (const batch of batches(added)) await add(client, batch, { isDry: false });
  for (const batch of batches(stale)) await remove(client, batch);
  const changes = retagged.length + added.length + stale.length;
  if (changes > 0) checkResult(await storedRules(client), wanted, prefix);
  return changes;
}

/** All rules that are there. @throws what `failureOf` sorts */
export async function storedRules(client: TwitterClient): Promise<StoredRule[]> {
  const rules: StoredRule[] = [];
  let token: string | undefined;
  do {
    const query = token === undefined ? {} : { pagination_token: token };
    const { data, meta } = RulesSchema.parse(await client.get(RULES, query));
    rules.push(...data);
    token = meta.next_token;
  } while (token !== undefined);
  return rules;
}

async function add(
  client: TwitterClient,
  rules: readonly Rule[],
  { isDry }: { readonly isDry: boolean },
): Promise<void> {
  const answer = await refusalOr(client.post(RULES, { add: rules }, isDry ? { dry_run: true } : {}));
  const { errors } = ErrorsSchema.parse(answer);
  // A rule that is there already with another tag is told by the comparison at the end.
  const [refused] = errors.filter(({ title }) => title !== 'DuplicateRule');
  if (refused === undefined) return;
  const why = refused.details?.join(' ') ?? refused.title;
  throw new SourceError(`X refuses the rule ${JSON.stringify(refused.value ?? '')} of the preset: ${why}.`);
}

/** A refusal of rules comes with 200 or with 400; both say which one, and why. */
async function refusalOr(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work;
  } catch (error) {
    const isRefusal =
      error instanceof ApiResponseError && error.code === 400 && ErrorsSchema.safeParse(error.data).success;
    if (isRefusal) return error.data;
    throw error;
  }
}

async function remove(client: TwitterClient, rules: readonly StoredRule[]): Promise<void> {
  await client.post(RULES, { delete: { ids: rules.map(({ id }) => id) } });
}

/** X answers 2xx to changes that it has not made. */
function checkResult(stored: readonly StoredRule[], wanted: readonly Rule[], prefix: string): void {
  const { added, retagged, stale } = ruleChanges(stored, wanted, prefix);
  const [missing] = added;
  if (missing !== undefined)
    throw new SourceError(
      `The rule ${JSON.stringify(missing.value)} is at X already with a tag that is not ours: delete it there, or take it out of the preset.`,
    );
  const [left] = [...retagged, ...stale];
  if (left !== undefined)
    throw new SourceError(
      `X does not delete the rule ${JSON.stringify(left.value)}, which costs money: delete it there.`,
    );
}

function* batches<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let i = 0; i < items.length; i += MAX_BATCH) yield items.slice(i, i + MAX_BATCH);
}
