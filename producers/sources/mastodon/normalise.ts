import type { Post } from '../../../core/social-event.ts';
import { draftEvent } from '../../network/draft-event.ts';
import { plainText } from '../../network/html-text.ts';
import { isoTimeOf } from '../../network/loose.ts';
import type { Normalise, Normalised } from '../../network/network.ts';
import { DeletedSchema, MessageSchema, StatusSchema, type Account, type Original, type Status } from './status.ts';

/**
 * What a message of a server means. An id is `mastodon:<host>/<id at that host>`: all that a delete and a reply tell. So
 * the same status read from two servers is two posts.
 */
export const normaliseMastodon: Normalise = (payload, { observedAt }) => {
  const parsed = MessageSchema.safeParse(payload);
  if (!parsed.success) return { kind: 'rejected', reason: 'not a message of Mastodon' };
  const { server, event, data } = parsed.data;
  if (event === 'delete') return deleted(server, data);
  if (event !== 'update' && event !== 'status.update') return { kind: 'ignored', what: 'other messages' };
  const status = StatusSchema.safeParse(data);
  if (!status.success) return { kind: 'rejected', reason: 'not a status of Mastodon' };
  return statusEvent(status.data, { server, observedAt, isEdit: event === 'status.update' });
};

function deleted(server: string, data: unknown): Normalised {
  const id = DeletedSchema.safeParse(data);
  if (!id.success) return { kind: 'rejected', reason: 'a delete without an id' };
  return { kind: 'delete', id: idOf(server, id.data) };
}

interface Origin {
  readonly server: string;
  readonly observedAt: string;
  readonly isEdit: boolean;
}

function statusEvent(status: Status, { server, observedAt, isEdit }: Origin): Normalised {
  const said: Original = status.reblog ?? status;
  const createdAt = isoTimeOf(status.created_at);
  if (createdAt === undefined) return { kind: 'rejected', reason: 'a status without a time' };
  if (status.visibility !== 'public' || said.visibility !== 'public') return { kind: 'ignored', what: 'not public' };
  if (!mayBeIndexed(status.account) || !mayBeIndexed(said.account))
    return { kind: 'ignored', what: 'authors who want no index' };
  const { text, links } = plainText(said.content);
  const linked = links.filter(({ classes }) => !classes.includes('mention')).map(({ href }) => href);
  return draftEvent({
    id: idOf(server, status.id),
    source: 'mastodon',
    kind: kindOf(status, isEdit),
    created_at: createdAt,
    observed_at: observedAt,
    text,
    title: said.spoiler_text?.trim() || undefined,
    lang: said.language,
    url: status.url ?? said.url ?? said.uri,
    author: authorOf(status.account, server),
    // A boost has none of its own.
    metrics: said === status ? metricsOf(status) : {},
    hashtags: said.tags.map(({ name }) => name),
    mentions: said.mentions.map(({ acct }) => addressOf(acct, server)),
    urls: said.card === undefined ? linked : [...linked, said.card.url],
    media: said.media_attachments.flatMap(({ type }) => MEDIA.get(type) ?? []),
    ref: refOf(status, server),
  });
}

/** Both say that search engines are to leave an author out; servers that know neither say nothing. */
function mayBeIndexed({ noindex, indexable }: Account): boolean {
  return noindex !== true && indexable !== false;
}

function kindOf({ reblog, in_reply_to_id: replyTo }: Status, isEdit: boolean): Post['kind'] {
  if (isEdit) return 'edit';
  if (reblog) return 'repost';
  return replyTo === undefined ? 'post' : 'comment';
}

const MEDIA: ReadonlyMap<string, 'image' | 'video' | 'gif'> = new Map([
  ['image', 'image'],
  ['video', 'video'],
  ['gifv', 'gif'],
]);

function metricsOf(status: Status) {
  return {
    replies: status.replies_count,
    reposts: status.reblogs_count,
    likes: status.favourites_count,
    quotes: status.quotes_count,
  };
}

function authorOf({ acct, display_name: name, followers_count: followers, created_at }: Account, server: string) {
  const address = addressOf(acct, server);
  return { id: address, handle: address, name: name || undefined, followers, created_at: isoTimeOf(created_at) };
}

function refOf({ in_reply_to_id: replyTo, quote, reblog }: Status, server: string) {
  const quoteOf = quote?.quoted_status?.id ?? quote?.quoted_status_id;
  if (replyTo === undefined && quoteOf === undefined && !reblog) return undefined;
  const here = (id: string | undefined) => (id === undefined ? undefined : idOf(server, id));
  return { reply_to: here(replyTo), quote_of: here(quoteOf), repost_of: here(reblog?.id) };
}

/** The address of an account in the whole network: its own server leaves itself out. */
function addressOf(acct: string, server: string): string {
  return acct.includes('@') ? acct : `${acct}@${server}`;
}

function idOf(server: string, id: string): string {
  return `mastodon:${server}/${id}`;
}
