import type { PresetInput } from './preset-schema.ts';

const CATS = ['cat', 'kitty', 'cats', 'kitten'];
const DOGS = ['dog', 'doggo', 'doggy', 'puppy'];

/** Replaces catsvdogs: two animals, with images and with videos. */
export const catsVsDogs: PresetInput = {
  name: 'cats-vs-dogs',
  description: 'Which of the tagged topics wins today; the most popular post of the hour',
  sources: ['twitter', 'bluesky', 'mastodon', 'reddit'],
  topics: [
    topic('cats with images', CATS, 'image', ['cats']),
    topic('dogs with images', DOGS, 'image', ['dogpictures']),
    topic('cats with videos', CATS, 'video', ['catvideos']),
    topic('dogs with videos', DOGS, 'video', ['dogvideos']),
  ],
  dashboards: [
    {
      title: 'Cats vs Dogs',
      from: 'now/d',
      to: 'now/d',
      panels: [
        { kind: 'pie', title: 'So Far Today', by: { field: 'tags' }, height: 16 },
        metric('Total Posts'),
        metric('Total Dog Posts', 'dogs'),
        metric('Total Cat Posts', 'cats'),
        {
          kind: 'line',
          title: 'Post Timeline Today',
          every: '30m',
          splitBy: { field: 'tags' },
          width: 48,
        },
        {
          kind: 'search',
          title: 'Most Popular Posts of the Hour',
          filters: [{ since: 'now-1h' }],
          columns: ['text', 'engagement', 'tags', 'author.handle', 'source'],
          sortBy: 'engagement',
        },
      ],
    },
  ],
};

function metric(title: string, animals?: 'cats' | 'dogs') {
  const anyOf = [`${animals} with images`, `${animals} with videos`];
  return {
    kind: 'metric' as const,
    title,
    width: 8,
    height: 16,
    ...(animals !== undefined && { filters: [{ field: 'tags', anyOf }] }),
  };
}

function topic(name: string, keywords: string[], media: 'image' | 'video', subreddits: string[]) {
  const hashtags = keywords.map((keyword) => `#${keyword}`).join(' OR ');
  const operator = media === 'image' ? 'has:images' : 'has:video_link';
  return { name, keywords, subreddits, media: [media], rules: [`(${hashtags}) ${operator}`] };
}
