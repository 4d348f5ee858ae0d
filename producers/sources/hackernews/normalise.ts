import * as z from 'zod';

import { parseHashtags } from '../../../core/hashtags.ts';
import { draftEvent } from '../../network/draft-event.ts';
import { plainText } from '../../network/html-text.ts';
import { isoTime, maybe, metric } from '../../network/loose.ts';
import type { Normalise, Normalised } from '../../network/network.ts';

const MAX_SCORE = 1_000_000_000;

/** https://github.com/HackerNews/API#items */
const ItemSchema = z.object({
  id: z.int().min(1),
  type: maybe(z.string()),
  deleted: maybe(z.literal(true)),
  dead: maybe(z.literal(true)),
  time: maybe(z.number()),
  by: maybe(z.string().min(1)),
  title: maybe(z.string()),
  text: maybe(z.string()),
  url: maybe(z.string().min(1)),
  parent: maybe(z.int().min(1)),
  score: maybe(z.int().min(-MAX_SCORE).max(MAX_SCORE)),
  descendants: metric,
});
type Item = z.infer<typeof ItemSchema>;

const KINDS: ReadonlyMap<string | undefined, 'post' | 'comment'> = new Map([
  ['story', 'post'],
  ['poll', 'post'],
  ['job', 'post'],
  ['comment', 'comment'],
]);

/** What an item of Hacker News means. */
export const normaliseHackerNews: Normalise = (payload, { observedAt }) => {
  const parsed = ItemSchema.safeParse(payload);
  if (!parsed.success) return { kind: 'rejected', reason: 'not an item of Hacker News' };
  const item = parsed.data;
  const createdAt = item.time === undefined ? undefined : isoTime(item.time * 1_000);
  // What moderators or users have killed is shown to nobody.
  if (item.deleted === true || item.dead === true) return { kind: 'delete', id: idOf(item.id), createdAt };
  const kind = KINDS.get(item.type);
  if (kind === undefined) return { kind: 'ignored', what: 'poll options and other items' };
  if (createdAt === undefined) return { kind: 'rejected', reason: 'an item without a time' };
  return itemEvent(item, { kind, createdAt, observedAt });
};

interface Facts {
  readonly kind: 'post' | 'comment';
  readonly createdAt: string;
  readonly observedAt: string;
}

function itemEvent(item: Item, { kind, createdAt, observedAt }: Facts): Normalised {
  const { text, links } = plainText(item.text ?? '');
  const title = item.title === undefined ? undefined : plainText(item.title).text;
  return draftEvent({
    id: idOf(item.id),
    source: 'hackernews',
    kind,
    created_at: createdAt,
    observed_at: observedAt,
    text,
    title,
    url: `https://news.ycombinator.com/item?id=${item.id}`,
    author: item.by === undefined ? undefined : { id: item.by, handle: item.by },
    metrics: { score: item.score, comments: item.descendants },
    hashtags: parseHashtags(`${title ?? ''}\n${text}`),
    urls: [item.url, ...links.map(({ href }) => href)].filter((url) => url !== undefined),
    ref: item.parent === undefined ? undefined : { reply_to: idOf(item.parent) },
  });
}

function idOf(id: number): string {
  return `hackernews:${id}`;
}
