import type { Client } from '@opensearch-project/opensearch';
import * as z from 'zod';

import { POST_FIELDS, indexTemplate, type IndexSettings } from '../../core/search/index-template.ts';
import { retentionPolicy, type RetentionSettings } from '../../core/search/retention-policy.ts';
import { SearchRefusedError, answerOf } from './search-errors.ts';

const PolicySchema = z.object({ _seq_no: z.int(), _primary_term: z.int(), policy: z.looseObject({}) });
const PluginsSchema = z.array(z.object({ component: z.string() }));

/** What {@link setUpIndex} has found and done. */
export interface IndexSetup {
  /** Whether indices that are too old go by themselves; else the server has no index management. */
  readonly hasPolicy: boolean;
}

/**
 * Applies the template, its fields to the indices that are there, and the policy where the server can have one. Any
 * number of times, and over any earlier version.
 * @throws TransientStoreError while the server cannot, SearchRefusedError where it will not: a field that is there
 * already cannot become another one
 */
export async function setUpIndex(client: Client, settings: IndexSettings & RetentionSettings): Promise<IndexSetup> {
  const { alias } = settings;
  await answerOf(
    'Applying the index template',
    client.indices.putIndexTemplate({ name: alias, body: indexTemplate(settings) as never }),
  );
  await updateIndices(client, settings);
  const hasPolicy = await hasIndexManagement(client);
  if (hasPolicy) await putPolicy(client, alias, retentionPolicy(settings));
  return { hasPolicy };
}

/**
 * Whether the template is there. Without it, the first document would make an index that guesses its fields.
 * @throws TransientStoreError while the server cannot say
 */
export async function hasTemplate(client: Client, alias: string): Promise<boolean> {
  const found = await answerOf('Looking for the index template', client.indices.existsIndexTemplate({ name: alias }));
  return found;
}

/** The template makes new indices only; the indices that are there, if any, take new fields and settings as well. */
async function updateIndices(client: Client, { alias, refreshSeconds }: IndexSettings): Promise<void> {
  const index = `${alias}-*`;
  await answerOf(
    'Adding fields to the indices',
    client.indices.putMapping({ index, allow_no_indices: true, body: { properties: POST_FIELDS } as never }),
  );
  await answerOf(
    'Changing the settings of the indices',
    client.indices.putSettings({
      index,
      allow_no_indices: true,
      body: { index: { refresh_interval: `${refreshSeconds}s` } },
    }),
  );
}

async function hasIndexManagement(client: Client): Promise<boolean> {
  const plugins = await answerOf('Listing plugins', client.cat.plugins({ format: 'json' }));
  return PluginsSchema.parse(plugins).some(({ component }) => component === 'opensearch-index-management');
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
