import * as z from 'zod';

import { parseHashtags } from '../../../core/hashtags.ts';
import { draftEvent } from '../../network/draft-event.ts';
import { isoTime, isoTimeOf, maybe } from '../../network/loose.ts';
import type { Normalise, Normalised } from '../../network/network.ts';
import { addressesIn, plainComment } from './comment-text.ts';
import { hasIpAddress, withoutIpAddresses } from './ip-addresses.ts';

const Text = maybe(z.string());
const Count = maybe(z.int().positive());

const ChangeSchema = z.object({ type: z.string(), meta: maybe(z.object({ domain: Text, dt: Text })) });

/** https://schema.wikimedia.org/repositories/primary/jsonschema/mediawiki/recentchange/latest.yaml */
const EditSchema = z.object({
  wiki: z.string().min(1),
  title: z.string(),
  id: Count,
  revision: maybe(z.object({ new: Count })),
  timestamp: maybe(z.number()),
  comment: Text,
  user: Text,
  title_url: Text,
  notify_url: Text,
});
type Edit = z.infer<typeof EditSchema>;

/** What becomes no event, by the word it is counted by. */
const LEFT_OUT = new Map([
  ['log', 'log entries'],
  ['categorize', 'category changes'],
  ['external', 'changes made elsewhere'],
]);

/** What a message of the stream `recentchange` means. */
export const normaliseWikimedia: Normalise = (payload, { observedAt }) => {
  const change = ChangeSchema.safeParse(payload);
  if (!change.success) return { kind: 'rejected', reason: 'not a change of a wiki' };
  const { type, meta } = change.data;
  if (meta?.domain === 'canary') return { kind: 'ignored', what: 'canary events' };
  if (type !== 'edit' && type !== 'new')
    return { kind: 'ignored', what: LEFT_OUT.get(type) ?? 'changes of other types' };
  const edit = EditSchema.safeParse(payload);
  if (!edit.success) return { kind: 'rejected', reason: 'an edit without a wiki or title' };
  return ofEdit(edit.data, { dt: meta?.dt, observedAt });
};

function ofEdit(edit: Edit, { dt, observedAt }: { dt: string | undefined; observedAt: string }): Normalised {
  const number = numberOf(edit);
  if (number === undefined) return { kind: 'rejected', reason: 'an edit without a number' };
  const createdAt = isoTime((edit.timestamp ?? Number.NaN) * 1_000) ?? isoTimeOf(dt);
  if (createdAt === undefined) return { kind: 'rejected', reason: 'an edit without a time' };
  const title = withoutIpAddresses(edit.title);
  const comment = withoutIpAddresses(edit.comment ?? '');
  const said = plainComment(comment);
  return draftEvent({
    id: `wikimedia:${edit.wiki}/${number}`,
    source: 'wikimedia',
    kind: 'post',
    created_at: createdAt,
    observed_at: observedAt,
    text: said === '' ? title : `${title}\n${said}`,
    title,
    lang: languageOf(edit.wiki),
    url: edit.notify_url,
    author: authorOf(edit.user),
    hashtags: parseHashtags(said),
    urls: [...pageAddress(edit), ...addressesIn(comment)],
  });
}

/** Of its revision, else of its place among the changes: these are numbered apart. */
function numberOf({ revision, id }: Edit): string | undefined {
  if (revision?.new !== undefined) return String(revision.new);
  return id === undefined ? undefined : `rc${id}`;
}

/** Names of accounts begin with a capital letter or `~`: nobody is called this. */
const ANONYMOUS = 'anonymous';

function authorOf(user: string | undefined) {
  if (user === undefined || user === '') return undefined;
  return hasIpAddress(user) ? { id: ANONYMOUS } : { id: user, handle: user };
}

function pageAddress({ title, title_url: address }: Edit): string[] {
  return address === undefined || hasIpAddress(title) ? [] : [address];
}

/** Codes of two or three letters in front of a project that has a wiki for each language. */
const OF_LANGUAGE =
  /^([a-z]{2,3}|simple)(?:wiki|wiktionary|wikibooks|wikinews|wikiquote|wikisource|wikiversity|wikivoyage)$/;
/** Codes that say something else than BCP 47 would. */
const OTHER_CODES = new Map([
  ['simple', 'en'],
  ['als', 'gsw'],
  ['ten', undefined],
]);

/** The language of a wiki, from the name of its database; undefined where that does not say. */
function languageOf(wiki: string): string | undefined {
  const code = OF_LANGUAGE.exec(wiki)?.[1] ?? '';
  return OTHER_CODES.has(code) ? OTHER_CODES.get(code) : code || undefined;
}
