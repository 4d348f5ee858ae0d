import { POST_KINDS, type Post } from '../../../core/social-event.ts';
import type { Source } from '../../../core/sources.ts';
import type { Random } from './random.ts';
import { sayWords, type Words } from './text.ts';
import type { Trend } from './trend.ts';
import { CITIES, FIRST_NAMES, LAST_NAMES } from './words.ts';

/** What a new post is made from. */
export interface PostSeed {
  readonly source: Source;
  /** Part of the id; never used twice. */
  readonly number: string;
  readonly createdMs: number;
  readonly observedMs: number;
  readonly trends: readonly Trend[];
  readonly random: Random;
  /** A post of the same network to answer or repeat. */
  readonly earlier?: Post | undefined;
}

const AUTHORS = 400;
const DAY_MS = 86_400_000;

/** Writes one post as its network would deliver it. */
export function makePost(seed: PostSeed): Post {
  const { source, number, random, earlier } = seed;
  const words = sayWords(seed.trends, seed.createdMs, random);
  const base = { ...frame(seed, words), id: `${source}:demo-${number}` };
  if (source === 'reddit' || source === 'hackernews') return asSubmission(base, words, random);
  if (source === 'meetup') return asMeetup(base, words, random);
  if (earlier !== undefined && random.chance(0.15)) return asReaction(base, earlier, random);
  return base;
}

function frame({ source, createdMs, observedMs, random }: PostSeed, words: Words): Post {
  return {
    v: 1,
    id: '',
    source,
    kind: 'post',
    created_at: new Date(createdMs).toISOString(),
    observed_at: new Date(observedMs).toISOString(),
    text: words.text,
    lang: words.lang,
    author: authorOf(source, createdMs, random),
    metrics:
      source === 'twitter' || source === 'bluesky' || source === 'mastodon'
        ? { replies: 0, reposts: 0, likes: random.below(4) }
        : {},
    tags: words.topics.map(({ name }) => name),
    hashtags: [...words.hashtags],
    mentions: [],
    urls: [],
    media: random.chance(0.2) ? [random.pick(['image', 'video', 'gif'] as const)] : [],
    annotations:
      source === 'twitter' && random.chance(0.2)
        ? words.topics.map(({ name }) => ({ domain: '131 Unified Twitter Taxonomy', entity: name }))
        : [],
    ...(random.chance(0.3) && { place: { ...random.pick(CITIES) } }),
  };
}

/** A few write much and have many followers, most write little and have few. */
function authorOf(source: Source, createdMs: number, random: Random): NonNullable<Post['author']> {
  const rank = Math.floor(AUTHORS ** random.next());
  const first = FIRST_NAMES[rank % FIRST_NAMES.length] ?? '';
  const last = LAST_NAMES[(rank * 7) % LAST_NAMES.length] ?? '';
  const joinedMs = Math.floor(createdMs / DAY_MS - 200 - rank * 9) * DAY_MS;
  return {
    id: `demo-${source}-${rank}`,
    handle: `${first}_${last}_${rank}`.toLowerCase(),
    name: `${first} ${last}`,
    followers: Math.floor(250_000 / rank ** 1.1),
    location: CITIES[rank % CITIES.length]?.city ?? '',
    created_at: new Date(joinedMs).toISOString(),
    verified: rank <= 12,
  };
}

function asSubmission(base: Post, words: Words, random: Random): Post {
  const [title = '', ...rest] = words.text.split(/ (?=#)/);
  const subreddits = words.topics.flatMap((topic) => topic.subreddits);
  return {
    ...base,
    title,
    text: rest.join(' '),
    hashtags: [...words.hashtags],
    metrics: { comments: 0, score: 1 + random.below(5) },
    ...(base.source === 'reddit' && subreddits.length > 0 && { category: random.pick(subreddits) }),
    ...(base.source === 'hackernews' && { url: `https://example.com/story/${base.id.slice(16)}` }),
  };
}

function asMeetup(base: Post, words: Words, random: Random): Post {
  const topic = words.topics[0]?.name ?? '';
  const city = random.pick(CITIES);
  const title = `${random.pick(['Open evening', 'Workshop', 'Walk and talk', 'Beginners welcome'])}: ${topic}`;
  const categories = words.topics.flatMap((each) => each.meetupCategories);
  return {
    ...base,
    kind: 'event',
    title,
    text: `${title}\n${words.text}`,
    metrics: { rsvps: random.below(6) },
    place: { ...city, name: `${random.pick(['Library', 'Town Hall', 'Makerspace', 'Café Central'])} ${city.city}` },
    ...(categories.length > 0 && { category: random.pick(categories) }),
  };
}

function asReaction(base: Post, earlier: Post, random: Random): Post {
  const kind = random.pick(POST_KINDS.filter((each) => each === 'repost' || each === 'comment'));
  if (kind === 'comment') return { ...base, kind, ref: { reply_to: earlier.id } };
  const { text, lang, hashtags, tags } = earlier;
  return { ...base, kind, text, hashtags, tags, ...(lang !== undefined && { lang }), ref: { repost_of: earlier.id } };
}
