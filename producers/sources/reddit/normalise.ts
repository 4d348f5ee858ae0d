import * as z from 'zod';

import { parseHashtags } from '../../../core/hashtags.ts';
import { draftEvent } from '../../network/draft-event.ts';
import { isoTime, maybe, metric } from '../../network/loose.ts';
import type { Normalise, Normalised } from '../../network/network.ts';
import { MEDIA_FIELDS, mediaOf } from './media.ts';
import { GONE_FIELDS, isGone } from './thing.ts';

const SITE = 'https://www.reddit.com';
const MAX_SCORE = 1_000_000_000;

const Text = maybe(z.string());
/** Of posts and comments (https://www.reddit.com/dev/api#fullnames). */
const COMMON = {
  name: z.string().regex(/^t[13]_[a-z0-9]{1,20}$/),
  created_utc: z.number().positive(),
  subreddit: Text,
  author: Text,
  author_fullname: Text,
  score: maybe(z.int().min(-MAX_SCORE).max(MAX_SCORE)),
  permalink: Text,
  ...GONE_FIELDS,
  ...MEDIA_FIELDS,
};
const PostSchema = z.object({
  ...COMMON,
  title: z.string(),
  selftext: z.string().default(''),
  num_comments: metric,
  hide_score: maybe(z.boolean()),
  is_self: maybe(z.boolean()),
  url: Text,
  crosspost_parent: Text,
});
const CommentSchema = z.object({
  ...COMMON,
  body: z.string(),
  score_hidden: maybe(z.boolean()),
  parent_id: Text,
});
/** Enough to take it away: what is removed may lack the rest. */
const GoneSchema = z.object(COMMON);
const ThingSchema = z.object({ kind: z.string(), data: z.unknown() });

/** What a post or comment of Reddit means. */
export const normaliseReddit: Normalise = (payload, { observedAt }) => {
  const thing = ThingSchema.safeParse(payload);
  if (!thing.success) return { kind: 'rejected', reason: 'not a thing of Reddit' };
  const { kind, data } = thing.data;
  if (kind !== 't3' && kind !== 't1') return { kind: 'ignored', what: 'neither posts nor comments' };
  const common = GoneSchema.safeParse(data);
  const createdAt = common.success ? isoTime(Math.round(common.data.created_utc * 1_000)) : undefined;
  if (!common.success || createdAt === undefined || !common.data.name.startsWith(kind))
    return { kind: 'rejected', reason: 'no name or no time' };
  const origin = { id: idOf(common.data.name), createdAt, observedAt };
  if (isGone(common.data)) return { kind: 'delete', id: origin.id, createdAt };
  return kind === 't3' ? ofPost(data, origin) : ofComment(data, origin);
};

interface Origin {
  readonly id: string;
  readonly createdAt: string;
  readonly observedAt: string;
}

function ofPost(data: unknown, origin: Origin): Normalised {
  const parsed = PostSchema.safeParse(data);
  if (!parsed.success) return { kind: 'rejected', reason: 'a post without a title' };
  const post = parsed.data;
  const link = post.is_self === true ? undefined : absolute(post.url);
  return draftEvent({
    ...commonOf(post, origin),
    kind: 'post',
    text: post.selftext,
    title: post.title,
    metrics: { score: post.hide_score === true ? undefined : post.score, comments: post.num_comments },
    ...entitiesOf(`${post.title}\n${post.selftext}`),
    urls: [...(link === undefined ? [] : [link]), ...linksIn(post.selftext)],
    ref: post.crosspost_parent === undefined ? undefined : { quote_of: refOf(post.crosspost_parent) },
  });
}

function ofComment(data: unknown, origin: Origin): Normalised {
  const parsed = CommentSchema.safeParse(data);
  if (!parsed.success) return { kind: 'rejected', reason: 'a comment without a text' };
  const comment = parsed.data;
  return draftEvent({
    ...commonOf(comment, origin),
    kind: 'comment',
    text: comment.body,
    metrics: { score: comment.score_hidden === true ? undefined : comment.score },
    ...entitiesOf(comment.body),
    urls: linksIn(comment.body),
    ref: { reply_to: refOf(comment.parent_id) },
  });
}

function commonOf(
  thing: Omit<z.infer<typeof GoneSchema>, 'selftext' | 'body'> & { readonly url?: string | undefined },
  { id, createdAt, observedAt }: Origin,
) {
  return {
    id,
    source: 'reddit' as const,
    created_at: createdAt,
    observed_at: observedAt,
    url: absolute(thing.permalink),
    author: authorOf(thing),
    media: mediaOf(thing),
    category: thing.subreddit,
  };
}

/** An account that is deleted leaves what it wrote, under no name. */
function authorOf({
  author,
  author_fullname: fullname,
}: {
  author?: string | undefined;
  author_fullname?: string | undefined;
}) {
  const handle = author === '[deleted]' ? undefined : author;
  const id = fullname ?? handle;
  return id === undefined ? undefined : { id, handle };
}

function idOf(name: string): string {
  return `reddit:${name}`;
}

function refOf(name: string | undefined): string | undefined {
  return name !== undefined && /^t[13]_/.test(name) ? idOf(name) : undefined;
}

/** Links within Reddit are paths. */
function absolute(link: string | undefined): string | undefined {
  if (link === undefined || link === '') return undefined;
  const url = link.startsWith('/') ? `${SITE}${link}` : link;
  return /^https?:/.test(url) && URL.canParse(url) ? url : undefined;
}

/** Markdown: `##` makes a heading, and `](#` an emoji of the subreddit; neither is a hashtag. */
const NO_HASHTAGS = /^[ ]{0,3}##+|\]\(#[^)\s]*/gm;
const MENTION = /(?<![\w/.])\/?u\/([\w-]{3,20})/g;
const LINK = /https?:\/\/[^\s<>()[\]"'`\\]+/g;

function entitiesOf(text: string): { hashtags: string[]; mentions: string[] } {
  return {
    hashtags: parseHashtags(text.replaceAll(NO_HASHTAGS, ' ')),
    mentions: [...text.matchAll(MENTION)].map((match) => match[1] ?? ''),
  };
}

function linksIn(text: string): string[] {
  return (text.match(LINK) ?? []).map((link) => link.replace(/[.,;:!?*_]+$/, '')).filter((link) => URL.canParse(link));
}
