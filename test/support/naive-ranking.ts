import { extractKeywords } from '../../core/keywords.ts';
import { extractPhrases } from '../../core/phrases.ts';
import type { Post, SocialEvent } from '../../core/social-event.ts';

/** Design 5, "Scores", in decimals; `mention` is 1 everywhere. */
const WEIGHTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  twitter: { replies: '0.2', reposts: '0.5', likes: '0.3' },
  bluesky: { replies: '0.2', reposts: '0.5', likes: '0.3' },
  mastodon: { replies: '0.2', reposts: '0.5', likes: '0.3' },
  reddit: { comments: '0.2', score: '0.8' },
  hackernews: { comments: '0.2', score: '0.8' },
  meetup: { rsvps: '0.1' },
  wikimedia: {},
};

export interface NaiveRow {
  readonly rank: number;
  readonly key_word: string;
  readonly score: number;
  readonly mentions: number;
  readonly authors: number;
}

/**
 * The ranking of a category over [fromMs, toMs), straight from the formula: no tables, no windows, no summaries; only
 * the keyword function is the product's. Of one id the latest observation counts; at the same moment a delete.
 */
export function naiveRanking(
  events: readonly SocialEvent[],
  { fromMs, toMs, category }: { fromMs: number; toMs: number; category: string },
): NaiveRow[] {
  const latest = new Map<string, SocialEvent>();
  for (const event of events) {
    const known = latest.get(event.id);
    if (known === undefined || orderOf(event) > orderOf(known)) latest.set(event.id, event);
  }
  const cells = new Map<string, { score: bigint; mentions: number; authors: Set<string> }>();
  for (const event of latest.values()) {
    const createdMs = Date.parse(event.created_at);
    if (event.kind === 'delete' || createdMs < fromMs || createdMs >= toMs) continue;
    if (!categoriesOf(event).has(category)) continue;
    for (const keyword of new Set(extractKeywords(event, extractPhrases))) {
      const cell = cells.get(keyword) ?? { score: 0n, mentions: 0, authors: new Set() };
      cell.score += scoreOf(event);
      cell.mentions += 1;
      if (event.author) cell.authors.add(`${event.source} ${event.author.id}`);
      cells.set(keyword, cell);
    }
  }
  return [...cells]
    .toSorted(
      ([a, x], [b, y]) =>
        Number(y.score > x.score) - Number(y.score < x.score) ||
        y.mentions - x.mentions ||
        Buffer.compare(Buffer.from(a), Buffer.from(b)),
    )
    .map(([key_word, { score, mentions, authors }], i) => ({
      rank: i + 1,
      key_word,
      score: Number(score) / 1e6,
      mentions,
      authors: authors.size,
    }));
}

function orderOf(event: SocialEvent): string {
  return `${event.observed_at} ${event.kind === 'delete' ? 1 : 0}`;
}

function categoriesOf(post: Post): Set<string> {
  const names = ['all', `source:${post.source}`, ...post.tags.map((tag) => `tag:${tag}`)];
  if (post.category !== undefined) names.push(`category:${post.source}/${post.category}`);
  return new Set(names.map((name) => name.toLowerCase()));
}

function scoreOf(post: Post): bigint {
  let score = 1_000_000n;
  for (const [metric, weight] of Object.entries(WEIGHTS[post.source] ?? {})) {
    const count = Object.entries(post.metrics).find(([name]) => name === metric)?.[1];
    if (typeof count === 'number') score += BigInt(Math.round(Number(weight) * 1e6)) * BigInt(count);
  }
  return score;
}
