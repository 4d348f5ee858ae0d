import type { PresetInput } from './preset-schema.ts';

const MODELS = [
  'iphone',
  'iphone 17',
  'iphone 17 pro',
  'iphone 17 pro max',
  'iphone air',
  'iphone 16',
  'iphone 16 pro',
];

/** Replaces twitter-streaming-analytics: what people say of a product, and who says it. */
export const iphone: PresetInput = {
  name: 'iphone',
  description: 'Which product features people like or dislike, and who the influencers are',
  sources: ['twitter', 'reddit', 'bluesky', 'mastodon'],
  topics: [
    {
      name: 'iphone',
      keywords: [...MODELS, ...MODELS.slice(1).map((model) => model.replaceAll(' ', '')), 'apple phone', 'applephone'],
      subreddits: ['iphone', 'apple'],
      rules: ['(iphone OR #iphone OR "apple phone" OR applephone) lang:en'],
    },
  ],
};
