import type { PresetInput } from './preset-schema.ts';

const UNHAPPY = [{ field: 'sentiment.label', anyOf: ['negative'] }];

/** Replaces twitter-realtime-sentiment-analysis: one keyword, and how people feel about it. */
export const sentiment: PresetInput = {
  name: 'sentiment',
  description: 'How people feel about a keyword',
  sources: ['twitter', 'bluesky', 'mastodon', 'hackernews'],
  topics: [{ name: 'coffee', keywords: ['coffee'], subreddits: ['coffee'], rules: ['(coffee OR #coffee) lang:en'] }],
  lake: { bufferMib: 10, bufferSeconds: 900 },
  dashboards: [
    {
      title: 'Sentiment',
      filterBar: [
        { field: 'source', label: 'Network' },
        { field: 'lang', label: 'Language' },
      ],
      panels: [
        { kind: 'line', title: 'Posts over Time', every: '30m' },
        { kind: 'line', title: 'Sentiment over Time', every: '30m', splitBy: { field: 'sentiment.label', size: 3 } },
        { kind: 'donut', title: 'Sentiment of Posts', by: { field: 'sentiment.label', size: 3 }, width: 16 },
        {
          kind: 'line',
          title: 'Average Sentiment',
          every: '30m',
          measure: { of: 'average', field: 'sentiment.score', label: 'From -1 to 1' },
          width: 16,
        },
        {
          kind: 'bar',
          title: 'Sentiment by Network',
          by: { field: 'source' },
          splitBy: { field: 'sentiment.label', size: 3 },
          width: 16,
        },
        {
          kind: 'tag-cloud',
          title: 'Hashtags of Unhappy Posts',
          filters: UNHAPPY,
          by: { field: 'hashtags', size: 30 },
        },
        { kind: 'map', title: 'Where Posts Come From', height: 15 },
        {
          kind: 'search',
          title: 'Unhappiest Posts',
          filters: UNHAPPY,
          columns: ['text', 'sentiment.score', 'author.handle', 'source'],
          sortBy: 'sentiment.score',
          order: 'asc',
        },
      ],
    },
  ],
};
