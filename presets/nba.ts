import type { PresetInput } from './preset-schema.ts';

/** Replaces aws-twitter-data-analytics: what is said about the NBA, and about its players. */
export const nba: PresetInput = {
  name: 'nba',
  description: 'Batch totals per player, and alerts where teams court the players of others',
  sources: ['twitter', 'reddit', 'bluesky'],
  topics: [
    {
      name: 'nba tweets',
      keywords: ['nba', 'lakers', 'warriors', 'brooklyn nets', 'dallas mavericks'],
      subreddits: ['nba', 'lakers', 'warriors', 'gonets', 'mavericks'],
      rules: ['nba'],
    },
  ],
};
