import { enrich, type Engine } from '../enrich.ts';
import type { FeatureMention, FindFeatures } from '../features.ts';
import { wordsOf } from '../keywords.ts';
import type { Sentiment } from '../sentiment.ts';
import { METRICS, epochMs, isDelete, type Delete, type Post, type SocialEvent } from '../social-event.ts';
import { sourceOf, type Source } from '../sources.ts';

/** An engine that also knows the features of the preset. */
export interface SearchEngine extends Engine {
  readonly findFeatures: FindFeatures;
}

/** A feature that a post mentions, as the index holds it. */
export interface DocumentFeature {
  readonly name: string;
  readonly label?: Sentiment['label'];
  readonly score?: number;
}

/** What the index holds of a post. A field that is unknown or empty is left out. */
export interface PostDocument {
  readonly id: string;
  readonly source: Source;
  readonly kind: Post['kind'];
  readonly created_at: string;
  readonly observed_at: string;
  readonly text: string;
  readonly truncated?: boolean | undefined;
  readonly title?: string | undefined;
  readonly lang?: string | undefined;
  readonly url?: string | undefined;
  readonly author?: Pick<
    NonNullable<Post['author']>,
    'id' | 'handle' | 'name' | 'followers' | 'location' | 'created_at' | 'verified'
  >;
  readonly metrics?: Readonly<Record<string, number>>;
  /** The sum of what people did with the post; absent where no metric is known. */
  readonly engagement?: number;
  readonly tags?: readonly string[];
  readonly hashtags?: readonly string[];
  readonly mentions?: readonly string[];
  readonly urls?: readonly string[];
  readonly media?: readonly string[];
  readonly annotations?: readonly { readonly domain: string; readonly entity: string }[];
  readonly place?: Pick<NonNullable<Post['place']>, 'name' | 'city' | 'state' | 'country'>;
  readonly location?: { readonly lat: number; readonly lon: number };
  readonly category?: string | undefined;
  readonly ref?: Pick<NonNullable<Post['ref']>, 'reply_to' | 'quote_of' | 'repost_of'>;
  readonly key_words?: readonly string[];
  readonly sentiment?: Sentiment;
  readonly features?: readonly DocumentFeature[];
}

/**
 * What the index holds of a deleted post: it outranks what was observed before, for ever, which the server's own memory
 * of a deleted document does not (https://docs.opensearch.org/latest/api-reference/document-apis/delete-document/).
 */
export interface Tombstone {
  readonly id: string;
  readonly source: Source;
  readonly created_at: string;
  readonly observed_at: string;
  readonly deleted: true;
}

/** The document of an event: the same from whichever feed, as it is made of nothing but the event without `raw`. */
export function documentOf(event: SocialEvent, engine: SearchEngine): PostDocument | Tombstone {
  return isDelete(event) ? tombstoneOf(event) : postDocument(event, engine);
}

/**
 * The external version of an event's document: a later observation outranks an earlier one, and of one moment the
 * delete the post. Between two observations of one moment the first one that arrives stays.
 */
export function documentVersion(event: Pick<SocialEvent, 'observed_at' | 'kind'>): number {
  return 2 * epochMs(event.observed_at) + (event.kind === 'delete' ? 1 : 0);
}

/** The document of a delete, without anything that the post said. */
export function tombstoneOf({
  id,
  created_at,
  observed_at,
}: Pick<Delete, 'id' | 'created_at' | 'observed_at'>): Tombstone {
  return { id, source: sourceOf(id), created_at, observed_at, deleted: true };
}

/** The document of a post. */
export function postDocument(post: Post, engine: SearchEngine): PostDocument {
  const { engagement, key_words, sentiment, features } = findingsOf(post, engine);
  return {
    id: post.id,
    source: post.source,
    kind: post.kind,
    created_at: post.created_at,
    observed_at: post.observed_at,
    text: post.text,
    ...withoutEmpty({
      truncated: post.truncated,
      title: post.title,
      lang: post.lang,
      url: post.url,
      author: authorOf(post),
      metrics: knownMetrics(post),
      engagement,
      tags: post.tags,
      hashtags: post.hashtags,
      mentions: post.mentions,
      urls: post.urls,
      media: [...new Set(post.media)],
      annotations: post.annotations.map(({ domain, entity }) => ({ domain, entity })),
      ...placeOf(post),
      category: post.category,
      ref: post.ref && withoutEmpty(pick(post.ref, ['reply_to', 'quote_of', 'repost_of'])),
      key_words,
      sentiment,
      features,
    }),
  };
}

/** What is found in a post: by adding up its metrics, and by the engine. */
export function findingsOf(post: Post, engine: SearchEngine) {
  const { key_words, sentiment } = enrich(post, engine);
  return {
    engagement: engagementOf(knownMetrics(post)),
    key_words,
    sentiment: sentiment && { score: sentiment.score, label: sentiment.label },
    features: engine.findFeatures(wordsOf(post), post.lang).map(featureOf),
  };
}

function authorOf({ author }: Post): PostDocument['author'] | undefined {
  if (author === undefined) return undefined;
  const rest = pick(author, ['handle', 'name', 'followers', 'location', 'created_at', 'verified']);
  return { id: author.id, ...withoutEmpty(rest) };
}

function knownMetrics({ metrics }: Post): Record<string, number> {
  return Object.fromEntries(METRICS.flatMap((name) => (metrics[name] === undefined ? [] : [[name, metrics[name]]])));
}

/** What people did: every known count, and a score where it is not below zero. */
function engagementOf(metrics: Readonly<Record<string, number>>): number | undefined {
  const counts = Object.values(metrics);
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + Math.max(0, count), 0);
}

function placeOf({ place }: Post) {
  if (place === undefined) return {};
  const { lat, lon } = place;
  return {
    place: withoutEmpty(pick(place, ['name', 'city', 'state', 'country'])),
    location: lat !== undefined && lon !== undefined ? { lat, lon } : undefined,
  };
}

function featureOf({ name, sentiment }: FeatureMention): DocumentFeature {
  return { name, ...(sentiment && { label: sentiment.label, score: sentiment.score }) };
}

/** Some of the fields of an object. */
export function pick<T extends object, K extends keyof T>(value: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.map((name) => [name, value[name]])) as Pick<T, K>;
}

type WithoutEmpty<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves out what is undefined, an empty text, list or object. */
function withoutEmpty<T extends object>(fields: T): WithoutEmpty<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value))) as WithoutEmpty<T>;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === '') return true;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
