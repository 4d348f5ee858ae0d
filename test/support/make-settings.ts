import type { TrendSettings } from '../../core/trend-settings.ts';

const MICROBLOG = { replies: 200_000, reposts: 500_000, likes: 300_000, mention: 1_000_000 };
const FORUM = { comments: 200_000, score: 800_000, mention: 1_000_000 };

/** The settings of the design; nothing tracked. */
export function makeSettings(overrides: Partial<TrendSettings> = {}): TrendSettings {
  return {
    lateHours: 48,
    writeShards: 1,
    snapshotSize: 100,
    openSnapshotSize: 20,
    openCategories: 30,
    rowsPerCategory: 10,
    trackedKeywords: [],
    weights: {
      twitter: MICROBLOG,
      bluesky: MICROBLOG,
      mastodon: MICROBLOG,
      reddit: FORUM,
      hackernews: FORUM,
      meetup: { rsvps: 100_000, mention: 1_000_000 },
      wikimedia: { mention: 1_000_000 },
    },
    ...overrides,
  };
}
