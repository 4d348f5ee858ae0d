import type { MeasureInput, PresetInput } from './preset-schema.ts';

const POSTS_AND_AUTHORS: MeasureInput[] = [
  { of: 'posts', label: 'Posts' },
  { of: 'distinct', field: 'author.id', label: 'Authors' },
];

/** Replaces Twitter-Reddit-Meetup-Real-Time-Analytics: the keywords of the day, over three networks. */
export const trends: PresetInput = {
  name: 'trends',
  description: 'What is everybody talking about: the top keywords per minute, 5 minutes and hour, per category',
  sources: ['twitter', 'reddit', 'meetup'],
  scope: 'everything',
  places: [
    { name: 'New York', lat: 40.71, lon: -74.01 },
    { name: 'San Francisco', lat: 37.77, lon: -122.42 },
    { name: 'London', lat: 51.51, lon: -0.13 },
    { name: 'Berlin', lat: 52.52, lon: 13.4 },
  ],
  topics: [
    {
      name: 'technology',
      keywords: ['ai', 'opensource', 'typescript', 'robotics', 'machine learning', 'battery life', 'electric cars'],
      subreddits: ['technology', 'programming', 'gadgets'],
      meetupCategories: ['Technology'],
    },
    {
      name: 'sport',
      keywords: ['football', 'tennis', 'lakers', 'worldcup', 'penalty shootout', 'photo finish', 'world record'],
      subreddits: ['sports', 'soccer', 'tennis'],
      meetupCategories: ['Sports & Fitness'],
    },
    {
      name: 'music',
      keywords: ['newmusic', 'vinyl', 'livemusic', 'jazz', 'world tour', 'debut album', 'guitar solo'],
      subreddits: ['music', 'listentothis', 'vinyl'],
      meetupCategories: ['Music'],
    },
    {
      name: 'food',
      keywords: ['foodie', 'sourdough', 'streetfood', 'vegan', 'coffee', 'secret ingredient', 'olive oil'],
      subreddits: ['food', 'cooking', 'coffee'],
      meetupCategories: ['Social Activities'],
    },
    {
      name: 'space',
      keywords: ['space', 'astronomy', 'mars', 'aurora', 'meteor shower', 'solar eclipse', 'rocket launch'],
      subreddits: ['space', 'astronomy', 'astrophotography'],
      meetupCategories: ['Science & Education'],
    },
    {
      name: 'climate',
      keywords: ['climate', 'heatwave', 'solar', 'rewilding', 'wind farm', 'sea level', 'coral reef'],
      subreddits: ['climate', 'energy', 'environment'],
      meetupCategories: ['Community & Environment'],
    },
    {
      name: 'games',
      keywords: ['gaming', 'indiegame', 'esports', 'speedrun', 'boss fight', 'early access', 'board games'],
      subreddits: ['gaming', 'games', 'boardgames'],
      meetupCategories: ['Games'],
    },
    {
      name: 'film',
      keywords: ['cinema', 'animation', 'boxoffice', 'filmfestival', 'plot twist', 'opening weekend', 'short film'],
      subreddits: ['movies', 'television', 'animation'],
      meetupCategories: ['Art & Culture'],
    },
    {
      name: 'travel',
      keywords: ['travel', 'wanderlust', 'nighttrain', 'backpacking', 'hidden gem', 'road trip', 'boarding pass'],
      subreddits: ['travel', 'solotravel', 'backpacking'],
      meetupCategories: ['Travel & Outdoor'],
    },
    {
      name: 'books',
      keywords: ['booktok', 'poetry', 'scifi', 'bookclub', 'reading list', 'short stories', 'first edition'],
      subreddits: ['books', 'printsf', 'poetry'],
      meetupCategories: ['Writing'],
    },
  ],
  dashboards: [
    {
      title: 'What Everybody Talks About',
      filterBar: [
        { field: 'source', label: 'Network' },
        { field: 'tags', label: 'Topic' },
        { field: 'lang', label: 'Language' },
      ],
      panels: [
        { kind: 'metric', title: 'Posts and Authors', measures: POSTS_AND_AUTHORS, width: 16, height: 15 },
        { kind: 'line', title: 'Posts by Network', every: '30m', splitBy: { field: 'source' }, width: 32 },
        { kind: 'tag-cloud', title: 'Keywords', by: { field: 'key_words', size: 50 } },
        { kind: 'line', title: 'Topics over Time', every: '30m', splitBy: { field: 'tags' } },
        { kind: 'bar', title: 'Topics by Network', by: { field: 'tags' }, splitBy: { field: 'source' } },
        {
          kind: 'table',
          title: 'Communities',
          by: [{ field: 'category', size: 20, label: 'Subreddit or Meetup Category' }],
          measures: [...POSTS_AND_AUTHORS, { of: 'sum', field: 'engagement', label: 'Engagement' }],
        },
        { kind: 'map', title: 'Where Things Happen' },
        {
          kind: 'search',
          title: 'Events that People Come to',
          filters: [{ field: 'kind', anyOf: ['event'] }],
          columns: ['title', 'place.city', 'metrics.rsvps'],
          sortBy: 'metrics.rsvps',
          width: 24,
        },
        { kind: 'search', title: 'Newest Posts', columns: ['text', 'title', 'tags', 'author.handle', 'source'] },
      ],
    },
  ],
};
