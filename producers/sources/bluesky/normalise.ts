import * as z from 'zod';

import { parseHashtags } from '../../../core/hashtags.ts';
import { draftEvent } from '../../network/draft-event.ts';
import { isoTime, listOf, maybe } from '../../network/loose.ts';
import type { Normalise, Normalised } from '../../network/network.ts';

const POSTS = 'app.bsky.feed.post';

const Uri = maybe(z.string());
const FeatureSchema = z.object({ $type: z.string(), tag: Uri, did: Uri, uri: Uri });
const FacetSchema = z.object({ features: listOf(FeatureSchema) });
const RecordRefSchema = maybe(z.object({ uri: Uri, record: maybe(z.object({ uri: Uri })) }));
const MediaSchema = maybe(z.object({ $type: z.string(), external: maybe(z.object({ uri: Uri })) }));
const EmbedSchema = z.object({
  $type: z.string(),
  record: RecordRefSchema,
  media: MediaSchema,
  external: maybe(z.object({ uri: Uri })),
});

/** https://github.com/bluesky-social/atproto/blob/main/lexicons/app/bsky/feed/post.json */
const PostSchema = z.object({
  text: z.string(),
  langs: listOf(z.string()),
  tags: listOf(z.string()),
  facets: listOf(FacetSchema),
  embed: maybe(EmbedSchema),
  reply: maybe(z.object({ parent: maybe(z.object({ uri: Uri })) })),
});
type Post = z.infer<typeof PostSchema>;

const CommitSchema = z.object({
  operation: z.string(),
  collection: z.string(),
  rkey: z.string(),
  record: z.unknown().optional(),
});
const AccountSchema = z.object({ active: z.boolean(), status: maybe(z.string()) });

/** What of the two wire forms of Jetstream is used (https://github.com/bluesky-social/jetstream). */
const EnvelopeSchema = z.union([
  z.object({ kind: z.literal('commit'), did: z.string(), commit: CommitSchema }),
  z.object({ kind: z.literal('account'), did: z.string(), account: AccountSchema }),
  z.object({ kind: z.literal('identity') }),
  z
    .object({
      $type: z.literal('message'),
      payload: CommitSchema.extend({ $type: z.string().endsWith('#commit'), did: z.string() }),
    })
    .transform(({ payload: { did, ...commit } }) => ({ kind: 'commit' as const, did, commit })),
  z.object({ $type: z.string() }).transform(() => ({ kind: 'notice' as const })),
]);

/** Accounts that are gone for good, or hidden by the network: their posts must be. */
const GONE = new Set(['takendown', 'suspended', 'deleted', 'deactivated']);

/** What a message of Jetstream means. */
export const normaliseBluesky: Normalise = (payload, { observedAt }) => {
  const parsed = EnvelopeSchema.safeParse(payload);
  if (!parsed.success) return { kind: 'rejected', reason: 'not a message of Jetstream' };
  const message = parsed.data;
  if (message.kind === 'account') {
    const { active, status = '' } = message.account;
    const isGone = !active && GONE.has(status);
    return isGone ? { kind: 'author-gone', authorId: message.did } : { kind: 'ignored', what: 'account notices' };
  }
  if (message.kind !== 'commit') return { kind: 'ignored', what: `${message.kind} messages` };
  if (message.commit.collection !== POSTS) return { kind: 'ignored', what: 'other records' };
  return ofCommit(message.did, message.commit, observedAt);
};

function ofCommit(did: string, commit: z.infer<typeof CommitSchema>, observedAt: string): Normalised {
  const createdAt = timeOfKey(commit.rkey);
  // Its delete would have no other time, and has to name the same minute.
  if (createdAt === undefined) return { kind: 'ignored', what: 'keys without a time' };
  const id = `bluesky:${did}/${commit.rkey}`;
  if (commit.operation === 'delete') return { kind: 'delete', id, createdAt };
  const post = PostSchema.safeParse(commit.record);
  if (!post.success) return { kind: 'rejected', reason: 'a post without a text' };
  const isEdit = commit.operation === 'update';
  return postEvent(post.data, { id, did, rkey: commit.rkey, createdAt, observedAt, isEdit });
}

interface Origin {
  readonly id: string;
  readonly did: string;
  readonly rkey: string;
  readonly createdAt: string;
  readonly observedAt: string;
  readonly isEdit: boolean;
}

function postEvent(post: Post, { id, did, rkey, createdAt, observedAt, isEdit }: Origin): Normalised {
  const features = post.facets.flatMap((facet) => facet.features);
  const replyTo = idOf(post.reply?.parent?.uri);
  const tagged = [...features.flatMap(({ tag }) => tag ?? []), ...post.tags];
  return draftEvent({
    id,
    source: 'bluesky',
    kind: isEdit ? 'edit' : replyTo === undefined ? 'post' : 'comment',
    created_at: createdAt,
    observed_at: observedAt,
    text: post.text,
    lang: post.langs[0],
    url: `https://bsky.app/profile/${did}/post/${rkey}`,
    author: { id: did },
    hashtags: tagged.length > 0 ? tagged : parseHashtags(post.text),
    mentions: features.flatMap((feature) => feature.did ?? []),
    urls: [...features.flatMap(({ uri }) => uri ?? []), ...externalUris(post)],
    media: mediaOf(post),
    ref: refOf(replyTo, quoteOf(post)),
  });
}

function refOf(replyTo: string | undefined, quoteOfId: string | undefined) {
  if (replyTo === undefined && quoteOfId === undefined) return undefined;
  return { reply_to: replyTo, quote_of: quoteOfId };
}

function externalUris({ embed }: Post): string[] {
  return [embed?.external?.uri, embed?.media?.external?.uri].filter((uri) => uri !== undefined);
}

function mediaOf({ embed }: Post): ('image' | 'video')[] {
  const types = [embed?.$type, embed?.media?.$type];
  const images = types.includes('app.bsky.embed.images') ? (['image'] as const) : [];
  return types.includes('app.bsky.embed.video') ? [...images, 'video'] : [...images];
}

/** A quote stands in `embed.record`, and with media beside it one level deeper. */
function quoteOf({ embed }: Post): string | undefined {
  return idOf(embed?.record?.uri ?? embed?.record?.record?.uri);
}

/** The id of the post that a URI `at://<did>/app.bsky.feed.post/<rkey>` names; undefined for any other record. */
function idOf(uri: string | undefined): string | undefined {
  const match = /^at:\/\/([^/]+)\/app\.bsky\.feed\.post\/([^/]+)$/.exec(uri ?? '');
  return match === null ? undefined : `bluesky:${match[1]}/${match[2]}`;
}

const KEY_DIGITS = '234567abcdefghijklmnopqrstuvwxyz';
const CLOCK_BITS = 10n;

/**
 * The time in a record key: microseconds since 1970 in the upper bits of a base-32 number of 13 digits
 * (https://atproto.com/specs/tid). Undefined for a key of another form.
 */
function timeOfKey(rkey: string): string | undefined {
  if (!/^[2-7a-j][2-7a-z]{12}$/.test(rkey)) return undefined;
  let number = 0n;
  for (const digit of rkey) number = number * 32n + BigInt(KEY_DIGITS.indexOf(digit));
  return isoTime(Number((number >> CLOCK_BITS) / 1_000n));
}
