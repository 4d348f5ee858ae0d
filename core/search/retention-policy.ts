import type { IndexNaming, IndexPeriod } from './index-name.ts';

const DAY_MS = 86_400_000;

/** How long a period is at most: an index is as old as its oldest post, and waits for its youngest. */
const PERIOD_DAYS: Readonly<Record<IndexPeriod, number>> = { month: 31, day: 1 };

/** What decides the policy. */
export interface RetentionSettings extends IndexNaming {
  readonly retentionDays: number;
}

/**
 * The body of `PUT _plugins/_ism/policies/<alias>`: an index goes when the last post of its month or day is past retention.
 * https://docs.opensearch.org/latest/im-plugin/ism/policies/
 */
export function retentionPolicy({ alias, indexPeriod, retentionDays }: RetentionSettings) {
  return {
    policy: {
      description: `Posts go ${retentionDays} days after they were written, a ${indexPeriod} at a time`,
      default_state: 'kept',
      states: [
        {
          name: 'kept',
          actions: [],
          transitions: [
            { state_name: 'gone', conditions: { min_index_age: `${retentionDays + PERIOD_DAYS[indexPeriod]}d` } },
          ],
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
