import * as z from 'zod';

import { listOf, maybe, metric } from '../../network/loose.ts';

const Text = maybe(z.string());
const Id = z.string().regex(/^[\w-]{1,64}$/);

/** https://docs.joinmastodon.org/entities/Account/ */
const AccountSchema = z.object({
  acct: z.string().min(1),
  display_name: Text,
  created_at: Text,
  followers_count: metric,
  noindex: maybe(z.boolean()),
  indexable: maybe(z.boolean()),
});

const QuoteSchema = z.object({ quoted_status_id: maybe(Id), quoted_status: maybe(z.object({ id: Id })) });

/** What a status says, besides who has boosted it. */
const OriginalSchema = z.object({
  id: Id,
  created_at: z.string(),
  content: z.string(),
  account: AccountSchema,
  visibility: Text,
  spoiler_text: Text,
  language: maybe(z.string().min(1)),
  uri: Text,
  url: Text,
  in_reply_to_id: maybe(Id),
  replies_count: metric,
  reblogs_count: metric,
  favourites_count: metric,
  quotes_count: metric,
  tags: listOf(z.object({ name: z.string().min(1) })),
  mentions: listOf(z.object({ acct: z.string().min(1) })),
  media_attachments: listOf(z.object({ type: z.string() })),
  card: maybe(z.object({ url: z.string().min(1) })),
  quote: maybe(QuoteSchema),
});

/** What of a status is used (https://docs.joinmastodon.org/entities/Status/). */
export const StatusSchema = OriginalSchema.extend({ reblog: OriginalSchema.nullish() });

export type Original = z.infer<typeof OriginalSchema>;
export type Status = z.infer<typeof StatusSchema>;
export type Account = z.infer<typeof AccountSchema>;

/** What `read` delivers: an event of the stream, or a status of a timeline as `update`. */
export const MessageSchema = z.object({
  /** The host of the server; ids are its own. */
  server: z.string().min(1),
  event: z.string(),
  data: z.unknown(),
});

/** What comes with a `delete`. */
export const DeletedSchema = Id;
