const DAY_MS = 86_400_000;

/** How long a month is at most, in days: an index is as old as its oldest post, and waits for its youngest. */
const MONTH_DAYS = 31;

/** What decides the policy. */
export interface RetentionSettings {
  readonly alias: string;
  readonly retentionDays: number;
}

/**
 * The body of `PUT _plugins/_ism/policies/<alias>`: an index goes when the last post of its month is past retention.
 * https://docs.opensearch.org/latest/im-plugin/ism/policies/
 */
export function retentionPolicy({ alias, retentionDays }: RetentionSettings) {
  return {
    policy: {
      description: `Posts go ${retentionDays} days after they were written, a month at a time`,
      default_state: 'kept',
      states: [
        {
          name: 'kept',
          actions: [],
          transitions: [{ state_name: 'gone', conditions: { min_index_age: `${retentionDays + MONTH_DAYS}d` } }],
        },
        { name: 'gone', actions: [{ delete: {} }], transitions: [] },
      ],
      ism_template: [{ index_patterns: [`${alias}-*`], priority: 200 }],
    },
  };
}

/** The time before which posts are too old for the index, in epoch milliseconds. */
export function searchableSinceMs({ retentionDays }: Pick<RetentionSettings, 'retentionDays'>, nowMs: number): number {
  return nowMs - retentionDays * DAY_MS;
}
