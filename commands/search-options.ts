import type { PostFilter } from '../core/search/queries.ts';
import { SENTIMENT_LABELS } from '../core/sentiment.ts';
import { SOURCES } from '../core/sources.ts';
import { UsageError } from '../deployment/command-line.ts';
import { parseSince } from '../deployment/since.ts';

/** The options that every command on posts takes. */
export const SEARCH_OPTIONS = {
  preset: { type: 'string', default: 'trends' },
  target: { type: 'string' },
  source: { type: 'string' },
  topic: { type: 'string' },
  since: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** Options that choose posts, as they are written. */
export interface FilterValues {
  readonly source?: string | undefined;
  readonly sentiment?: string | undefined;
  readonly topic?: string | undefined;
  readonly feature?: string | undefined;
  readonly author?: string | undefined;
  readonly since?: string | undefined;
}

/** @throws UsageError if one is not what is allowed */
export function parseFilter({ source, sentiment, since, ...rest }: FilterValues, nowMs: number): PostFilter {
  return {
    ...rest,
    source: source === undefined ? undefined : parseOneOf('source', source, SOURCES),
    sentiment: sentiment === undefined ? undefined : parseOneOf('sentiment', sentiment, SENTIMENT_LABELS),
    sinceMs: since === undefined ? undefined : parseSince(since, nowMs),
  };
}

/** @throws UsageError if it is none of these */
export function parseOneOf<T extends string>(option: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((value) => value === text.toLowerCase());
  if (found !== undefined) return found;
  throw new UsageError(`--${option} is ${JSON.stringify(text)}; allowed is ${allowed.join(', ')}.`);
}
