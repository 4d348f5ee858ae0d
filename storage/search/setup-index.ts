import type { Client } from '@opensearch-project/opensearch';
import * as z from 'zod';

import { indexNameOf, spanOfIndex, type IndexNaming } from '../../core/search/index-name.ts';
import { POST_FIELDS, indexTemplate, type IndexSettings } from '../../core/search/index-template.ts';
import { retentionPolicy, type RetentionSettings } from '../../core/search/retention-policy.ts';
import { indexStorageOf } from './index-storage.ts';
import { SearchRefusedError, answerOf } from './search-errors.ts';

const PolicySchema = z.object({ _seq_no: z.int(), _primary_term: z.int(), policy: z.looseObject({}) });
const PluginsSchema = z.array(z.object({ component: z.string() }));

/** What {@link setUpIndex} has found and done. */
export interface IndexSetup {
  /** Whether indices that are too old go by themselves; else the server has no index management. */
  readonly hasPolicy: boolean;
  /** Whether the indices that are there take no change, as the disk is full or a person has said so. */
  readonly isBlocked: boolean;
}

/**
 * Applies the template, the policy where the server can have one, and both to the indices that are there. Any number of
 * times, and over any earlier version.
 * @throws TransientStoreError while the server cannot, SearchRefusedError where it will not: a field that is there
 * already cannot become another one; OtherPeriodError where indices hold another period
 */
export async function setUpIndex(client: Client, settings: IndexSettings & RetentionSettings): Promise<IndexSetup> {
  const { alias } = settings;
  const indices = (await indexStorageOf(client, alias).list()).map(({ index }) => index);
  checkPeriod(indices, settings);
  await answerOf(
    'Applying the index template',
    client.indices.putIndexTemplate({ name: alias, body: indexTemplate(settings) as never }),
  );
  const hasPolicy = await hasIndexManagement(client);
  if (hasPolicy) await putPolicy(client, alias, retentionPolicy(settings));
  if (hasPolicy && indices.length > 0) await changePolicy(client, alias);
  const isBlocked = indices.length > 0 && !(await updateIndices(client, settings));
  return { hasPolicy, isBlocked };
}

/** The same post would be in two indices. */
export class OtherPeriodError extends Error {
  override readonly name = 'OtherPeriodError';

  constructor(index: string, { indexPeriod }: IndexNaming) {
    super(
      `The index ${index} does not hold one ${indexPeriod}, as searchIndexPeriod says now: remove the indices first, and fill them again`,
    );
  }
}

function checkPeriod(indices: readonly string[], naming: IndexNaming): void {
  for (const index of indices) {
    const span = spanOfIndex(naming.alias, index);
    if (span !== undefined && indexNameOf(naming, new Date(span.startMs).toISOString()) !== index)
      throw new OtherPeriodError(index, naming);
  }
}

/**
 * Whether the template is there. Without it, the first document would make an index that guesses its fields.
 * @throws TransientStoreError while the server cannot say
 */
export async function hasTemplate(client: Client, alias: string): Promise<boolean> {
  const found = await answerOf('Looking for the index template', client.indices.existsIndexTemplate({ name: alias }));
  return found;
}

/** The template makes new indices only; those that are there take new fields and settings as well, unless blocked. */
async function updateIndices(client: Client, { alias, refreshSeconds }: IndexSettings): Promise<boolean> {
  const index = `${alias}-*`;
  try {
    await answerOf(
      'Adding fields to the indices',
      client.indices.putMapping({ index, body: { properties: POST_FIELDS } as never }),
    );
    await answerOf(
      'Changing the settings of the indices',
      client.indices.putSettings({ index, body: { index: { refresh_interval: `${refreshSeconds}s` } } }),
    );
    return true;
  } catch (error) {
    // They take no posts either, until a person makes room: what is to make it must not fail because of that.
    if (error instanceof SearchRefusedError && error.type === 'cluster_block_exception') return false;
    throw error;
  }
}

async function hasIndexManagement(client: Client): Promise<boolean> {
  const plugins = await answerOf('Listing plugins', client.cat.plugins({ format: 'json' }));
  return PluginsSchema.parse(plugins).some(({ component }) => component === 'opensearch-index-management');
}

/** The indices that are there would go by the policy that they were made with. */
async function changePolicy(client: Client, alias: string): Promise<void> {
  const path = `/_plugins/_ism/change_policy/${alias}-*`;
  await answerOf(
    'Changing the retention of the indices',
    client.transport.request({ method: 'POST', path, body: { policy_id: alias } }),
  );
}

/** A policy that is there is replaced only by who names the version that it read. */
async function putPolicy(client: Client, alias: string, body: ReturnType<typeof retentionPolicy>): Promise<void> {
  const path = `/_plugins/_ism/policies/${alias}`;
  const before = await findPolicy(client, path);
  const querystring = before === undefined ? {} : { if_seq_no: before._seq_no, if_primary_term: before._primary_term };
  await answerOf('Applying the retention policy', client.transport.request({ method: 'PUT', path, querystring, body }));
}

async function findPolicy(client: Client, path: string): Promise<z.infer<typeof PolicySchema> | undefined> {
  try {
    const body = await answerOf('Reading the retention policy', client.transport.request({ method: 'GET', path }));
    return PolicySchema.parse(body);
  } catch (error) {
    if (error instanceof SearchRefusedError && error.status === 404) return undefined;
    throw error;
  }
}
