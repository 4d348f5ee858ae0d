import type { MatchTopics } from '../../core/topics.ts';
import type { SourceItem } from '../source.ts';
import type { Network, Normalise, Normalised, ReadContext, Received } from './network.ts';
import type { SentPosts } from './sent-posts.ts';

/** What decides which events of a network are sent, and with which tags. */
export interface ToItemsDeps {
  readonly source: string;
  readonly network: Pick<Network, 'normalise' | 'matchesTopics'>;
  /** Whether posts without a topic are sent as well. */
  readonly takesEverything: boolean;
  readonly match: MatchTopics;
  /** Makes the memory of what was sent, as it is when the first payload comes. */
  readonly openSent: (startedAt: string) => SentPosts;
  readonly now: () => number;
  readonly count: ReadContext['count'];
}

/** Turns what a network sends into what goes to the stream: none, one, or, where an author is gone, many items. */
export type ToItems = (received: Received) => SourceItem[];

/** Makes it. The cursor stands with the last item: everything before it belongs to the same payload. */
export function toItems({ openSent, ...rest }: ToItemsDeps): ToItems {
  let number = 0;
  let deps: OpenDeps | undefined;
  return ({ payload, cursor, receivedAt: observedAt = new Date(rest.now()).toISOString() }) => {
    if (payload === undefined) return cursor === undefined ? [] : [{ kind: 'passed', cursor }];
    number += 1;
    // A recording is as old as its first payload: what its deletes are about may have been sent before it.
    deps ??= { ...rest, sent: openSent(observedAt) };
    const normalised = normaliseSafely(rest.network.normalise, payload, observedAt);
    const items = itemsOf(deps, normalised, { place: `${rest.source} ${number}`, observedAt });
    if (cursor === undefined) return items;
    const last = items.pop() ?? { kind: 'passed' };
    return [...items, { ...last, cursor }];
  };
}

/** A payload that nobody foresaw is a rejection, not the end of the producer. */
function normaliseSafely(normalise: Normalise, payload: unknown, observedAt: string): Normalised {
  try {
    return normalise(payload, { observedAt });
  } catch (error) {
    return { kind: 'rejected', reason: `unprocessable (${error instanceof Error ? error.name : 'unknown'})` };
  }
}

interface OpenDeps extends Omit<ToItemsDeps, 'openSent'> {
  readonly sent: SentPosts;
}

interface Where {
  readonly place: string;
  readonly observedAt: string;
}

function itemsOf(deps: OpenDeps, normalised: Normalised, where: Where): SourceItem[] {
  if (normalised.kind === 'event') return postItems(deps, normalised.event, where);
  if (normalised.kind === 'delete') return deleteItems(deps, normalised, where);
  if (normalised.kind === 'author-gone')
    return deps.sent.byAuthor(normalised.authorId).flatMap((id) => deleteItems(deps, { id }, where));
  if (normalised.kind === 'rejected') return [{ kind: 'rejected', place: where.place, reason: normalised.reason }];
  deps.count(normalised.what);
  return [];
}

type Draft = Extract<Normalised, { kind: 'event' }>['event'];

function postItems(deps: OpenDeps, event: Draft, { place }: Where): SourceItem[] {
  const { match, network, takesEverything, sent } = deps;
  const tags = network.matchesTopics === true ? event['tags'] : match(topicText(event));
  const isWanted = takesEverything || (Array.isArray(tags) && tags.length > 0);
  // A post that was sent and matches no longer is replaced, not left as it was.
  if (!isWanted && sent.createdAt(event.id) === undefined) {
    deps.count('no topic');
    return [];
  }
  const createdAt = event['created_at'];
  const author = event['author'];
  if (typeof createdAt === 'string') sent.add(event.id, { createdAt, authorId: authorId(author) });
  return [{ kind: 'event', value: { ...event, tags: tags ?? [] }, place }];
}

function authorId(author: unknown): string | undefined {
  const id = typeof author === 'object' && author !== null ? Reflect.get(author, 'id') : undefined;
  return typeof id === 'string' ? id : undefined;
}

function topicText(event: Draft): Parameters<MatchTopics>[0] {
  const { text, title, category } = event;
  return {
    text: typeof text === 'string' ? text : '',
    title: typeof title === 'string' ? title : undefined,
    category: typeof category === 'string' ? category : undefined,
    hashtags: texts(event['hashtags']),
    media: texts(event['media']),
  };
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function deleteItems(
  { sent, count }: OpenDeps,
  { id, createdAt = sent.createdAt(id) }: { readonly id: string; readonly createdAt?: string | undefined },
  { place, observedAt }: Where,
): SourceItem[] {
  if (createdAt === undefined) {
    count('delete of unknown age');
    return [];
  }
  if (!sent.mayHave(id, createdAt)) {
    count('delete of what was not sent');
    return [];
  }
  const value = { v: 1, id, kind: 'delete', created_at: createdAt, observed_at: observedAt };
  return [{ kind: 'event', value, place }];
}
