import { normaliseHashtag } from './hashtags.ts';

/** A topic that is followed, as a preset describes it. */
export interface TopicRule {
  /** The tag of the posts that match. */
  readonly name: string;
  /** Lower case, NFKC; a word stands for the hashtag as well. */
  readonly keywords: readonly string[];
  /** Categories of posts that belong to it whatever they say: subreddits, Meetup categories. */
  readonly categories: readonly string[];
  /** A post must have one of these; empty: it need not. */
  readonly media: readonly string[];
}

/** What of a post decides its topics. */
export interface TopicText {
  readonly text: string;
  readonly title?: string | undefined;
  readonly hashtags: readonly string[];
  readonly category?: string | undefined;
  readonly media: readonly string[];
}

/** The names of the topics that a post is about, in the order of the topics; `[]` if it is about none. */
export type MatchTopics = (post: TopicText) => string[];

const WORD = /[\p{L}\p{M}\p{N}_]+/gu;

/**
 * Makes a matcher that looks words up, however many keywords there are. A keyword of several words matches these words
 * in this order with nothing but spaces or punctuation between them; so `at&t` is the words `at t`.
 */
export function topicMatcher(topics: readonly TopicRule[]): MatchTopics {
  const phrases = phrasesByFirstWord(topics);
  const hashtags = byName(topics, ({ keywords }) => keywords.map((keyword) => keyword.replaceAll(' ', '')));
  const categories = byName(topics, (topic) => topic.categories.map((category) => category.toLowerCase()));
  return (post) => {
    const found = new Set<TopicRule>();
    addAll(found, categories.get(post.category?.toLowerCase() ?? ''));
    for (const hashtag of post.hashtags) addAll(found, hashtags.get(normaliseHashtag(hashtag) ?? ''));
    addPhrases(found, phrases, wordsOfText(post));
    return topics.filter((topic) => found.has(topic) && hasMedia(topic, post)).map(({ name }) => name);
  };
}

function hasMedia({ media }: TopicRule, post: TopicText): boolean {
  return media.length === 0 || post.media.some((kind) => media.includes(kind));
}

interface Phrase {
  readonly rest: readonly string[];
  readonly topic: TopicRule;
}

function phrasesByFirstWord(topics: readonly TopicRule[]): ReadonlyMap<string, readonly Phrase[]> {
  const phrases = new Map<string, Phrase[]>();
  for (const topic of topics)
    for (const keyword of topic.keywords) {
      const [first, ...rest] = splitWords(keyword);
      if (first !== undefined) phrases.set(first, [...(phrases.get(first) ?? []), { rest, topic }]);
    }
  return phrases;
}

function byName(
  topics: readonly TopicRule[],
  namesOf: (topic: TopicRule) => readonly string[],
): ReadonlyMap<string, readonly TopicRule[]> {
  const found = new Map<string, TopicRule[]>();
  for (const topic of topics) for (const name of namesOf(topic)) found.set(name, [...(found.get(name) ?? []), topic]);
  return found;
}

function addAll(found: Set<TopicRule>, topics: readonly TopicRule[] | undefined): void {
  for (const topic of topics ?? []) found.add(topic);
}

function addPhrases(
  found: Set<TopicRule>,
  phrases: ReadonlyMap<string, readonly Phrase[]>,
  words: readonly string[],
): void {
  for (const [at, word] of words.entries())
    for (const { rest, topic } of phrases.get(word) ?? [])
      if (rest.every((next, i) => words[at + 1 + i] === next)) found.add(topic);
}

function wordsOfText({ title, text }: TopicText): readonly string[] {
  return splitWords(title === undefined ? text : `${title}\n${text}`);
}

function splitWords(text: string): readonly string[] {
  return text.toWellFormed().normalize('NFKC').toLowerCase().match(WORD) ?? [];
}
