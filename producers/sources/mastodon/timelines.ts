import type { Preset } from '../../../presets/preset-schema.ts';

/** A list of statuses that a server keeps. */
export interface Timeline {
  /** Names it in the cursor. */
  readonly key: string;
  /** Below `/api/v1/timelines/`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly kind: 'public' | 'tag';
}

/** What people of a server write, and with `isRemote` also what the server knows of others. */
export function publicTimeline(server: string, isRemote: boolean): Timeline {
  const query: Record<string, string> = isRemote ? {} : { local: 'true' };
  return { key: `${server} ${isRemote ? 'public' : 'local'}`, path: 'public', query, kind: 'public' };
}

/** A letter or mark is in it: digits alone are no hashtag. */
const HASHTAG = /^(?=.*[\p{L}\p{M}])[\p{L}\p{M}\p{N}_]+$/u;

/** What is polled for a preset: the hashtags of its topics where it wants these alone; the public timeline else. */
export function polledTimelines({ scope, topics }: Preset, server: string, isRemote: boolean): Timeline[] {
  const keywords = new Set(topics.flatMap((topic) => topic.keywords));
  const tags = scope === 'topics' ? [...keywords].filter((keyword) => HASHTAG.test(keyword)) : [];
  if (tags.length === 0) return [publicTimeline(server, isRemote)];
  return tags.map((tag) => ({
    key: `${server} #${tag}`,
    path: `tag/${encodeURIComponent(tag)}`,
    query: {},
    kind: 'tag',
  }));
}
