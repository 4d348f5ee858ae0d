import { parseHashtags } from '../../../core/hashtags.ts';
import { draftEvent, type EventDraft } from '../../network/draft-event.ts';
import type { Normalise, Normalised } from '../../network/network.ts';
import { MessageSchema, type Message, type XPost } from './payload.ts';
import { createdAtOf, versionsOf } from './post-time.ts';
import { topicsOfTag } from './rules.ts';

/** What a message of the filtered stream means. */
export const normaliseTwitter: Normalise = (payload, { observedAt }) => {
  const parsed = MessageSchema.safeParse(payload);
  if (!parsed.success) return { kind: 'rejected', reason: 'not a post of X' };
  const message = parsed.data;
  if (message.data.withheld?.copyright === true) return { kind: 'ignored', what: 'withheld posts' };
  const createdAt = createdAtOf(message.data);
  if (createdAt === undefined) return { kind: 'rejected', reason: 'a post of X without a time' };
  return postEvent(message, { createdAt, observedAt });
};

interface Times {
  readonly createdAt: string;
  readonly observedAt: string;
}

function postEvent(message: Message, { createdAt, observedAt }: Times): Normalised {
  const { data: post, matching_rules } = message;
  const references = post.referenced_tweets.length > 0 ? post.referenced_tweets : post.referenced_posts;
  const referred = (...types: readonly string[]): string | undefined =>
    references.find(({ type }) => types.includes(type))?.id;
  const repostOf = referred('retweeted', 'reposted');
  const replyTo = referred('replied_to');
  const [first = post.id] = versionsOf(post);
  const shown = repostOf === undefined ? post : (originalOf(message, repostOf) ?? post);
  return draftEvent({
    // All versions of a post are one: the first names it, the latest is what it says.
    id: `twitter:${first}`,
    source: 'twitter',
    kind: kindOf({ repostOf, replyTo, isEdit: first !== post.id }),
    created_at: createdAt,
    observed_at: observedAt,
    ...contentOf(message, shown),
    lang: shown.lang ?? post.lang,
    url: `https://x.com/i/status/${post.id}`,
    author: authorOf(message),
    // Those of a repost are the original's.
    metrics: repostOf === undefined ? metricsOf(post) : {},
    tags: [...new Set(matching_rules.flatMap(({ tag }) => (tag === undefined ? [] : topicsOfTag(tag))))],
    place: placeOf(message),
    ref: refOf({ reply_to: replyTo, quote_of: referred('quoted'), repost_of: repostOf }),
  });
}

function kindOf({
  repostOf,
  replyTo,
  isEdit,
}: Record<'repostOf' | 'replyTo', string | undefined> & { isEdit: boolean }) {
  if (isEdit) return 'edit';
  if (repostOf !== undefined) return 'repost';
  return replyTo === undefined ? 'post' : 'comment';
}

function originalOf({ includes }: Message, id: string): XPost | undefined {
  return [...(includes?.tweets ?? []), ...(includes?.posts ?? [])].find((post) => post.id === id);
}

/** What a post says and shows; a long one whole. */
function contentOf(
  message: Message,
  shown: XPost,
): Pick<EventDraft, 'text' | 'hashtags' | 'mentions' | 'urls' | 'media' | 'annotations'> {
  const note = shown.note_tweet ?? shown.note_post;
  const entities = note?.entities ?? shown.entities;
  const text = note?.text ?? shown.text;
  return {
    text,
    hashtags: entities === undefined ? parseHashtags(text) : entities.hashtags.map(({ tag }) => tag),
    mentions: entities?.mentions.map(({ username }) => username) ?? [],
    urls: entities?.urls.flatMap((url) => url.unwound_url ?? url.expanded_url ?? url.url ?? []) ?? [],
    media: mediaOf(message, shown),
    annotations: shown.context_annotations.map(({ domain, entity }) => ({
      domain: `${domain.id} ${domain.name}`,
      entity: entity.name,
    })),
  };
}

const MEDIA = new Map([
  ['photo', 'image'],
  ['video', 'video'],
  ['animated_gif', 'gif'],
] as const);

function mediaOf({ includes }: Message, { attachments }: XPost): NonNullable<EventDraft['media']> {
  const keys = new Set(attachments?.media_keys);
  const attached = includes?.media.filter(({ media_key }) => keys.has(media_key)) ?? [];
  return attached.flatMap(({ type }) => MEDIA.get(type as 'photo') ?? []);
}

function authorOf({ data, includes }: Message): EventDraft['author'] {
  if (data.author_id === undefined || data.author_id === '') return undefined;
  const user = includes?.users.find(({ id }) => id === data.author_id);
  return {
    id: data.author_id,
    handle: user?.username,
    name: user?.name,
    followers: user?.public_metrics?.followers_count,
    location: user?.location,
    created_at: user?.created_at,
    verified: user?.verified,
  };
}

function metricsOf({ public_metrics: counts }: XPost): NonNullable<EventDraft['metrics']> {
  return {
    replies: counts?.reply_count,
    reposts: counts?.retweet_count ?? counts?.repost_count,
    likes: counts?.like_count,
    quotes: counts?.quote_count,
  };
}

function placeOf({ data: { geo }, includes }: Message): EventDraft['place'] {
  const place = includes?.places.find(({ id }) => id === geo?.place_id);
  const [lon, lat] = geo?.coordinates?.coordinates ?? [];
  const isOnEarth = lat !== undefined && lon !== undefined && Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
  if (place === undefined && !isOnEarth) return undefined;
  return {
    name: place?.full_name ?? place?.name,
    city: undefined,
    state: undefined,
    country: place?.country_code ?? place?.country,
    lat: isOnEarth ? lat : undefined,
    lon: isOnEarth ? lon : undefined,
  };
}

function refOf(ids: Record<'reply_to' | 'quote_of' | 'repost_of', string | undefined>): EventDraft['ref'] {
  const named = Object.entries(ids).flatMap(([name, id]) => (id === undefined ? [] : [[name, `twitter:${id}`]]));
  return named.length === 0 ? undefined : Object.fromEntries(named);
}
