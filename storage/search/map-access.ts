import type { Client } from '@opensearch-project/opensearch';
import * as z from 'zod';

import { ACCESS_ROLES, accessRights, accessRoleName, type AccessRole } from '../../core/search/access-roles.ts';
import { SearchRefusedError, answerOf } from './search-errors.ts';

const API = '/_plugins/_security/api';
/** What lets people use Dashboards at all: the name depends on who packed the server. */
const DASHBOARDS_ROLES = ['opensearch_dashboards_user', 'kibana_user'];

const names = z.array(z.string()).default([]);
const MappingSchema = z.object({ backend_roles: names, hosts: names, users: names, and_backend_roles: names });
type Mapping = z.infer<typeof MappingSchema>;

/**
 * Makes our roles inside the server, and maps roles of IAM to them. Who was mapped by others stays mapped: a PUT replaces
 * everything, so it is read before.
 * @param holders the ARNs of those who hold each role
 * @throws TransientStoreError while the server cannot, SearchRefusedError where it will not
 */
export async function mapAccess(
  client: Client,
  alias: string,
  holders: Readonly<Record<AccessRole, readonly string[]>>,
): Promise<void> {
  for (const role of ACCESS_ROLES) {
    const name = accessRoleName(alias, role);
    await put(client, `roles/${name}`, accessRights(alias, role));
    await addToMapping(client, name, holders[role]);
  }
  for (const role of DASHBOARDS_ROLES)
    if ((await find(client, `roles/${role}`)) !== undefined) await addToMapping(client, role, holders.reader);
}

async function addToMapping(client: Client, role: string, arns: readonly string[]): Promise<void> {
  const before = mappingOf(await find(client, `rolesmapping/${role}`), role);
  const missing = arns.filter((arn) => !before.backend_roles.includes(arn));
  if (missing.length === 0) return;
  await put(client, `rolesmapping/${role}`, { ...before, backend_roles: [...before.backend_roles, ...missing] });
}

/** The answer has the role as its only key; extra fields of it are not taken back. */
function mappingOf(answer: unknown, role: string): Mapping {
  return z.object({ [role]: MappingSchema }).parse(answer ?? { [role]: {} })[role] ?? MappingSchema.parse({});
}

async function find(client: Client, path: string): Promise<unknown> {
  try {
    return await answerOf(`Reading ${path}`, client.transport.request({ method: 'GET', path: `${API}/${path}` }));
  } catch (error) {
    if (error instanceof SearchRefusedError && error.status === 404) return undefined;
    throw error;
  }
}

async function put(client: Client, path: string, body: object): Promise<void> {
  await answerOf(`Writing ${path}`, client.transport.request({ method: 'PUT', path: `${API}/${path}`, body }));
}
