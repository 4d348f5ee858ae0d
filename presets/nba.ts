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
  lake: { bufferMib: 64, bufferSeconds: 60 },
  dashboards: [
    {
      title: 'NBA',
      filterBar: [
        { field: 'source', label: 'Network' },
        { field: 'sentiment.label', label: 'Sentiment' },
        { field: 'category', label: 'Subreddit' },
      ],
      panels: [
        { kind: 'line', title: 'Posts over Time', every: '30m', splitBy: { field: 'source' } },
        { kind: 'tag-cloud', title: 'Teams and Players', by: { field: 'key_words', size: 40 } },
        {
          kind: 'horizontal-bar',
          title: 'How People Feel about It',
          by: { field: 'hashtags' },
          splitBy: { field: 'sentiment.label', size: 3 },
        },
        {
          kind: 'table',
          title: 'Busiest Authors',
          by: [{ field: 'author.handle', label: 'Author' }],
          measures: [
            { of: 'posts', label: 'Posts' },
            { of: 'maximum', field: 'author.followers', label: 'Followers' },
            { of: 'sum', field: 'engagement', label: 'Engagement' },
          ],
        },
        { kind: 'pie', title: 'Subreddits', by: { field: 'category' } },
        { kind: 'map', title: 'Where Fans Write From', height: 15 },
        {
          kind: 'search',
          title: 'Posts with Most Engagement',
          columns: ['text', 'title', 'engagement', 'author.handle', 'source'],
          sortBy: 'engagement',
        },
      ],
    },
  ],
};
