import type { Observation } from '../../core/aggregate.ts';
import type { Delete, Post } from '../../core/social-event.ts';
import type { Source } from '../../core/sources.ts';

/** When the events of the factories were created, unless told otherwise; and observed, five seconds later. */
export const CREATED_AT = '2026-11-20T17:38:40.000Z';
export const OBSERVED_AT = '2026-11-20T17:38:45.000Z';

/** A post of Twitter without any metric, tag or hashtag. `source` decides the id unless `id` is given. */
export function makePost(overrides: Partial<Post> = {}): Post {
  const source: Source = overrides.source ?? 'twitter';
  return {
    v: 1,
    id: `${source}:1`,
    source,
    kind: 'post',
    created_at: CREATED_AT,
    observed_at: OBSERVED_AT,
    text: '',
    metrics: {},
    tags: [],
    hashtags: [],
    mentions: [],
    urls: [],
    media: [],
    annotations: [],
    ...overrides,
  };
}

/** The delete of the post that {@link makePost} makes, observed at the same moment. */
export function makeDelete(overrides: Partial<Delete> = {}): Delete {
  return { v: 1, id: 'twitter:1', kind: 'delete', created_at: CREATED_AT, observed_at: OBSERVED_AT, ...overrides };
}

interface ObservationOverrides extends Partial<Omit<Observation, 'eventKey'>> {
  readonly observedAt?: string;
  /** Stands for the hash in the key: tells observations of the same moment apart. */
  readonly hash?: string;
}

/** One row of a live table as an aggregation sees it; its key is made of id, `observedAt`, `isDelete` and `hash`. */
export function makeObservation(overrides: ObservationOverrides = {}): Observation {
  const { observedAt = OBSERVED_AT, hash = '0'.repeat(16), ...rest } = overrides;
  const { id = 'twitter:1', isDelete = false } = rest;
  return {
    id,
    eventKey: `${id}#${observedAt}#${isDelete ? 1 : 0}${hash}`,
    isDelete,
    keywords: [],
    metrics: {},
    tags: [],
    ...rest,
  };
}
