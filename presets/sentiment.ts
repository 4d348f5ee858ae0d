import type { PresetInput } from './preset-schema.ts';

/** Replaces twitter-realtime-sentiment-analysis: one keyword, and how people feel about it. */
export const sentiment: PresetInput = {
  name: 'sentiment',
  description: 'How people feel about a keyword',
  sources: ['twitter', 'bluesky', 'mastodon', 'hackernews'],
  searchFeed: 'lake',
  topics: [{ name: 'coffee', keywords: ['coffee'], subreddits: ['coffee'], rules: ['(coffee OR #coffee) lang:en'] }],
};
