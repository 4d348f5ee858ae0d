import * as z from 'zod';

import { DashboardsSchema } from '../core/search/dashboards/panel-schema.ts';
import { INDEX_PERIODS } from '../core/search/index-name.ts';
import { SOURCES } from '../core/sources.ts';
import type { TopicRule } from '../core/topics.ts';
import { oneOf, readSettings, strictSettings, wholeNumber } from './read-settings.ts';
import { WeightsSchema } from './weights.ts';

const SCOPES = ['everything', 'topics'] as const;
const MEDIA = ['image', 'video', 'gif'] as const;
const MAX_TRACKED_KEYWORDS = 200;
const NAME_ALLOWED = 'allowed are up to 30 of a-z, 0-9 and -, beginning with a letter';

/** A keyword as the tables name it: NFKC, lower case, without `#`. */
const KeywordSchema = text(1, 128)
  .refine((keyword) => !keyword.startsWith('#'), 'allowed is a hashtag without its #')
  .transform((keyword) => keyword.normalize('NFKC').toLowerCase())
  .refine((keyword) => isLength(keyword, 1, 128), 'allowed are 1 to 128 characters after NFKC and lower case');

/** A topic that is followed: its name becomes the tag of the posts that match. */
const TopicSchema = strictSettings({
  /** The tag, and the category `tag:<name>`; lower case. */
  name: text(1, 64).refine(
    (name) => name === name.toLowerCase() && !name.includes('|'),
    'allowed is lower case, without |',
  ),
  /** Hashtags (without `#`) and phrases; those without a space stand for the hashtag as well. */
  keywords: z.array(KeywordSchema, 'allowed is a list of keywords').min(1, 'allowed is one keyword or more'),
  /**
   * Subreddits where the topic is at home, without `r/`.
   * @default - none
   */
  subreddits: z.array(text(1, 64)).default([]),
  /**
   * Meetup topic categories where the topic is at home.
   * @default - none
   */
  meetupCategories: z.array(text(1, 64)).default([]),
  /**
   * Rules of X's filtered stream, where words alone do not say it: `(#cat OR #kitty) has:images`.
   * @default - made from the keywords
   */
  rules: z.array(text(1, 1_024)).default([]),
  /**
   * A post must have one of these to match; X knows it by `rules`.
   * @default - it need not
   */
  media: z.array(oneOf(MEDIA)).default([]),
});

/** A place on earth and what is around it. */
const PlaceSchema = strictSettings({
  /** For people. */
  name: text(1, 64),
  lat: z.number('allowed is -90 to 90').min(-90).max(90),
  lon: z.number('allowed is -180 to 180').min(-180).max(180),
  radiusKm: wholeNumber(1, 500).default(50),
});

const PostCount = wholeNumber(0, 100_000_000);

/** Posts that may be read from X; each costs money (https://docs.x.com/x-api/getting-started/pricing). */
const BudgetSchema = strictSettings({
  /** In a UTC day. */
  postsPerDay: PostCount.default(2_000),
  /** In a UTC month. */
  postsPerMonth: PostCount.default(20_000),
  /** US dollars for one post. */
  dollarsPerPost: z.number('allowed is 0 to 1').min(0).max(1).default(0.005),
  /** `stop`: nothing is read once it is spent; `sample`: reading pauses where it is ahead of an even course. */
  whenShort: oneOf(['stop', 'sample']).default('stop'),
});

/** What reading X may cost. */
export type TwitterBudget = z.output<typeof BudgetSchema>;

/** How long events wait on their way into the lake: whichever is reached first. */
const LakeSchema = strictSettings({
  /**
   * MiB of one day of events. Firehose gathers 64 at least, as it sorts events into days: a smaller number is raised.
   * https://docs.aws.amazon.com/firehose/latest/APIReference/API_ExtendedS3DestinationConfiguration.html
   */
  bufferMib: wholeNumber(1, 128).default(64),
  /** Seconds: the longer, the fewer and larger the files. */
  bufferSeconds: wholeNumber(60, 900).default(60),
});

/** A feature of the product that a preset follows. */
const FeatureSchema = strictSettings({
  /** As panels show it. */
  name: text(1, 64),
  /** Words and phrases that stand for it, in any case; parts of words do not count. */
  keywords: z.array(text(1, 64), 'allowed is a list of words').min(1, 'allowed is one word or more'),
});

/** Where the search index gets its documents from. */
export const SEARCH_FEEDS = ['stream', 'lake', 'table'] as const;
export type SearchFeed = (typeof SEARCH_FEEDS)[number];

/** What a preset says: which posts are followed, and how their trends are ranked. */
const PresetSchema = strictSettings({
  /** Part of every stack's name. */
  name: z.string(NAME_ALLOWED).regex(/^[a-z][a-z0-9-]{0,29}$/, NAME_ALLOWED),
  /** The question that the preset answers. */
  description: text(1, 200),
  /** The networks that the producers read, or the generator imitates. */
  sources: z
    .array(oneOf(SOURCES), 'allowed is a list of sources')
    .min(1, 'allowed is one source or more')
    .refine((sources) => new Set(sources).size === sources.length, 'allowed is each source once'),
  /** What is followed. */
  topics: z
    .array(TopicSchema, 'allowed is a list of topics')
    .min(1, 'allowed is one topic or more')
    .refine((topics) => new Set(topics.map((topic) => topic.name)).size === topics.length, 'allowed is each name once')
    .refine(
      (topics) => trackedKeywords(topics).length <= MAX_TRACKED_KEYWORDS,
      `allowed are ${MAX_TRACKED_KEYWORDS} different keywords`,
    ),
  /**
   * Whether producers send all that they can read, tagged, or only what a topic matches. X delivers only what matches.
   * @default topics
   */
  scope: oneOf(SCOPES).default('topics'),
  /**
   * Where Meetup is searched for events.
   * @default - nowhere; online events only
   */
  places: z.array(PlaceSchema).default([]),
  /** What reading X may cost. */
  twitterBudget: BudgetSchema.prefault({}),
  /**
   * Weights per source as decimals with at most six digits; what is left out keeps its default.
   * @default - see DEFAULT_WEIGHTS
   */
  weights: WeightsSchema.default({}),
  /**
   * Best keywords that a snapshot keeps of a bounded category (`all`, sources, tags).
   * @default 100
   */
  snapshotSize: wholeNumber(1, 100).default(100),
  /**
   * Best keywords that a snapshot keeps of an open category (subreddits, Meetup categories).
   * @default 20
   */
  openSnapshotSize: wholeNumber(1, 100).default(20),
  /**
   * Number of the largest open categories that a snapshot keeps.
   * @default 30
   */
  openCategories: wholeNumber(0, 100).default(30),
  /**
   * Best keywords of a bounded category that get a row of their own, and so a history.
   * @default 10
   */
  rowsPerCategory: wholeNumber(0, 100).default(10),
  /**
   * Where the search index gets its documents from: the stream, the objects of the lake, or the live tables. The
   * documents are the same.
   * @default stream
   */
  searchFeed: oneOf(SEARCH_FEEDS).default('stream'),
  /**
   * What shares an index, by when it was written: a month for most, a day where a month is too much to go at once. After
   * a change, remove the indices and fill them again by `npm run backfill`, or posts that are seen again are found twice.
   * @default month
   */
  searchIndexPeriod: oneOf(INDEX_PERIODS).default('month'),
  /** How events are gathered for the lake. */
  lake: LakeSchema.prefault({}),
  /**
   * Features that posts are searched for, each with how people feel about it.
   * @default - none
   */
  features: z
    .array(FeatureSchema, 'allowed is a list of features')
    .max(100, 'allowed are 100 features')
    .refine(
      (features) => new Set(features.map(({ name }) => name.toLowerCase())).size === features.length,
      'allowed is each name once',
    )
    .default([]),
  /**
   * What OpenSearch Dashboards shows of the preset.
   * @default - nothing
   */
  dashboards: DashboardsSchema.default([]),
});

/** A preset as its file writes it. */
export type PresetInput = z.input<typeof PresetSchema>;

/** A panel as the file of a preset writes it. */
export type PanelInput = NonNullable<PresetInput['dashboards']>[number]['panels'][number];

/** What a panel counts, as the file of a preset writes it. */
export type MeasureInput = NonNullable<Extract<PanelInput, { kind: 'table' }>['measures']>[number];

/** A preset with its defaults, keywords normalised. */
export type Preset = z.output<typeof PresetSchema>;

/**
 * Checks a preset.
 * @throws InvalidSettingsError naming every wrong setting with its path, its value and what is allowed
 */
export function readPreset(input: unknown): Preset {
  return readSettings('the preset', PresetSchema, input);
}

/** The keywords of all topics, each once, in the order of the topics. */
export function trackedKeywords(topics: readonly { readonly keywords: readonly string[] }[]): string[] {
  return [...new Set(topics.flatMap((topic) => topic.keywords))];
}

/** The topics of a preset as a post is matched against them. */
export function topicRules({ topics }: Pick<Preset, 'topics'>): TopicRule[] {
  return topics.map(({ name, keywords, subreddits, meetupCategories, media }) => ({
    name,
    keywords,
    categories: [...subreddits, ...meetupCategories],
    media,
  }));
}

function text(min: number, max: number) {
  const allowed = `allowed is a text of ${min} to ${max} characters without space around it`;
  return z.string(allowed).refine((value) => isLength(value, min, max) && value.trim() === value, allowed);
}

function isLength(value: string, min: number, max: number): boolean {
  const codePoints = [...value].length;
  return min <= codePoints && codePoints <= max;
}
