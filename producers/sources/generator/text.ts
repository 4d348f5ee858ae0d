import type { Random } from './random.ts';
import { popularity, type Trend } from './trend.ts';
import { CITIES, EMOJI, PHRASEBOOKS } from './words.ts';

/** What a post says. */
export interface Words {
  readonly text: string;
  readonly lang: string;
  readonly hashtags: readonly string[];
  readonly topics: readonly Trend['topic'][];
}

/** Says something about what is talked about at a moment. */
export function sayWords(trends: readonly Trend[], atMs: number, random: Random): Words {
  const trend = random.weighted(trends, (each) => popularity(each, atMs));
  const others = trends.filter(({ topic, keyword }) => topic === trend.topic && keyword !== trend.keyword);
  // A topic of one keyword is compared with itself.
  const other = others.length > 0 ? random.pick(others) : trend;
  const book = random.weighted(PHRASEBOOKS, ({ weight }) => weight);
  const roll = random.next();
  const mood = roll < trend.good ? 'good' : roll < trend.good + trend.bad ? 'bad' : 'plain';
  const sentence = fill(random.pick(book[mood]), subjectOf(trend, random), other.keyword, random);
  const hashtags = hashtagsOf(trend, other, random);
  const emoji = random.chance(0.4) ? ` ${random.pick(EMOJI[mood])}` : '';
  return {
    text: [sentence + emoji, ...hashtags.map((tag) => `#${tag}`)].join(' '),
    lang: book.lang,
    hashtags,
    topics: [trend.topic],
  };
}

/** Half of the talk about a product is about one of its features: `iphone 17 camera`. */
function subjectOf({ keyword, features }: Trend, random: Random): string {
  return features.length > 0 && random.chance(0.5) ? `${keyword} ${random.pick(features)}` : keyword;
}

function fill(template: string, a: string, b: string, random: Random): string {
  return template
    .replace('{a}', a)
    .replace('{b}', b)
    .replace('{c}', () => random.pick(CITIES).city)
    .replace('{n}', () => String(2 + random.below(7)));
}

/** A hashtag is one word: the words of a phrase are written together. */
function hashtagsOf(trend: Trend, other: Trend, random: Random): string[] {
  const tags = random.chance(0.75) ? [trend.keyword] : [];
  if (random.chance(0.25)) tags.push(other.keyword);
  if (random.chance(0.3)) tags.push(trend.topic.name);
  return [...new Set(tags.map((tag) => tag.replaceAll(/[^\p{L}\p{N}_]/gu, '')))];
}
