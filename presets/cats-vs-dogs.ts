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
};

function topic(name: string, keywords: string[], media: 'image' | 'video', subreddits: string[]) {
  const hashtags = keywords.map((keyword) => `#${keyword}`).join(' OR ');
  const operator = media === 'image' ? 'has:images' : 'has:video_link';
  return { name, keywords, subreddits, media: [media], rules: [`(${hashtags}) ${operator}`] };
}
