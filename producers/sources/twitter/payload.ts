import * as z from 'zod';

import { listOf, maybe, metric } from '../../network/loose.ts';

const text = maybe(z.string());

const EntitiesSchema = z.object({
  hashtags: listOf(z.object({ tag: z.string() })),
  mentions: listOf(z.object({ username: z.string() })),
  urls: listOf(z.object({ url: text, expanded_url: text, unwound_url: text })),
});

const NoteSchema = maybe(z.object({ text: z.string(), entities: maybe(EntitiesSchema) }));

/** `retweet_count` is about to be called `repost_count`. */
const MetricsSchema = z.object({
  reply_count: metric,
  like_count: metric,
  quote_count: metric,
  retweet_count: metric,
  repost_count: metric,
});

const ReferenceSchema = z.object({ type: z.string(), id: z.string() });

/** What of a post is used; fields come by their old or their new names (`tweet`, `retweet` become `post`, `repost`). */
export const XPostSchema = z.object({
  id: z.string().min(1),
  text: z.string(),
  author_id: text,
  created_at: text,
  lang: text,
  public_metrics: maybe(MetricsSchema),
  entities: maybe(EntitiesSchema),
  note_tweet: NoteSchema,
  note_post: NoteSchema,
  referenced_tweets: listOf(ReferenceSchema),
  referenced_posts: listOf(ReferenceSchema),
  edit_history_tweet_ids: listOf(z.string()),
  edit_history_post_ids: listOf(z.string()),
  attachments: maybe(z.object({ media_keys: listOf(z.string()) })),
  geo: maybe(
    z.object({
      place_id: text,
      coordinates: maybe(z.object({ coordinates: z.tuple([z.number(), z.number()]) })),
    }),
  ),
  context_annotations: listOf(
    z.object({ domain: z.object({ id: z.string(), name: z.string() }), entity: z.object({ name: z.string() }) }),
  ),
  withheld: maybe(z.object({ copyright: maybe(z.boolean()) })),
});
export type XPost = z.infer<typeof XPostSchema>;

const UserSchema = z.object({
  id: z.string().min(1),
  name: text,
  username: text,
  location: text,
  created_at: text,
  verified: maybe(z.boolean()),
  public_metrics: maybe(z.object({ followers_count: metric })),
});

const IncludesSchema = z.object({
  users: listOf(UserSchema),
  media: listOf(z.object({ media_key: z.string(), type: z.string() })),
  tweets: listOf(XPostSchema),
  posts: listOf(XPostSchema),
  places: listOf(z.object({ id: z.string(), full_name: text, name: text, country: text, country_code: text })),
});

/** A message of the filtered stream. */
export const MessageSchema = z.object({
  data: XPostSchema,
  includes: maybe(IncludesSchema),
  matching_rules: listOf(z.object({ tag: text })),
});
export type Message = z.infer<typeof MessageSchema>;
