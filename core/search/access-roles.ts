/** Who does what with the index, where the server asks who somebody is. */
export const ACCESS_ROLES = ['writer', 'trimmer', 'reader'] as const;
export type AccessRole = (typeof ACCESS_ROLES)[number];

/** The body of `PUT _plugins/_security/api/roles/<name>`, as far as our roles need it. */
export interface RoleRights {
  readonly cluster_permissions: readonly string[];
  readonly index_permissions: readonly {
    readonly index_patterns: readonly string[];
    readonly allowed_actions: readonly string[];
  }[];
  readonly tenant_permissions: readonly {
    readonly tenant_patterns: readonly string[];
    readonly allowed_actions: readonly string[];
  }[];
}

/** The name of a role inside the server. */
export function accessRoleName(alias: string, role: AccessRole): string {
  return `${alias}-${role}`;
}

/**
 * What the holders of a role may do: writers store posts and look for the template, trimmers list indices and remove
 * whole ones, readers search what people read and open the dashboards.
 * https://docs.opensearch.org/latest/security/access-control/permissions/
 */
export function accessRights(alias: string, role: AccessRole): RoleRights {
  return rightsOn(alias, [`${alias}-*`])[role];
}

function rightsOn(alias: string, indices: readonly string[]): Readonly<Record<AccessRole, RoleRights>> {
  return {
    writer: {
      cluster_permissions: ['indices:data/write/bulk', 'indices:admin/index_template/get'],
      index_permissions: on(indices, ['indices:data/write/*', 'create_index', 'indices:admin/mapping/put']),
      tenant_permissions: [],
    },
    trimmer: {
      cluster_permissions: ['cluster_monitor'],
      index_permissions: on(indices, ['indices_monitor', 'indices:admin/get', 'indices:admin/delete']),
      tenant_permissions: [],
    },
    reader: {
      cluster_permissions: ['cluster_composite_ops_ro'],
      // The alias leaves out what was deleted; the server asks for rights on the indices behind it.
      index_permissions: on([alias, ...indices], ['read', 'indices:admin/mappings/get']),
      tenant_permissions: [{ tenant_patterns: ['global_tenant'], allowed_actions: ['kibana_all_read'] }],
    },
  };
}

function on(patterns: readonly string[], actions: readonly string[]): RoleRights['index_permissions'] {
  return [{ index_patterns: patterns, allowed_actions: actions }];
}
