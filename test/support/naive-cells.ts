import * as fc from 'fast-check';

import type { Observation } from '../../core/aggregate.ts';
import type { Source } from '../../core/sources.ts';
import type { Weights } from '../../core/trend-settings.ts';
import { makeObservation } from './make-event.ts';

/** An observation with the live table and the minute that its row is in. */
export interface PlacedObservation {
  readonly source: Source;
  readonly minute: string;
  readonly observation: Observation;
}

const MINUTES = ['2026-11-20T17:38', '2026-11-20T17:39', '2026-11-20T17:40'];
const PLACES = (['twitter', 'reddit', 'meetup'] as const).flatMap((source) =>
  MINUTES.flatMap((minute, m) => [0, 1].map((n) => ({ source, minute, id: `${source}:${m}#${n}` }))),
);

/** Sets of observations of few posts, so that they replace and delete each other; an id always has the same minute. */
export const observationSets = fc.uniqueArray(
  fc
    .record({
      place: fc.constantFrom(...PLACES),
      observedAt: fc.constantFrom('2026-11-20T17:41:00.000Z', '2026-11-20T17:41:00.001Z', '2026-11-20T17:50:00.000Z'),
      hash: fc.constantFrom('0'.repeat(16), 'f'.repeat(16)),
      isDelete: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
      keywords: fc.array(fc.constantFrom('cats', 'dogs', '😀', '\ufffd'), { maxLength: 3 }),
      tags: fc.array(fc.constantFrom('music', 'Music', 'sport'), { maxLength: 2 }),
      category: fc.option(fc.constantFrom('Tech', 'AskReddit'), { nil: undefined }),
      author: fc.option(fc.constantFrom('a1', 'b2', 'c3'), { nil: undefined }),
      metrics: fc.record(
        {
          replies: fc.nat(1_000_000_000),
          likes: fc.nat(1_000_000_000),
          comments: fc.nat(5),
          score: fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }),
          rsvps: fc.nat(5),
        },
        { requiredKeys: [] },
      ),
      sentiment: fc.option(
        fc.constantFrom(
          { score: 0.1, label: 'positive' as const },
          { score: 0.2, label: 'positive' as const },
          { score: 0, label: 'neutral' as const },
          { score: -0.8519, label: 'negative' as const },
        ),
        { nil: undefined },
      ),
    })
    .map(({ place: { source, minute, id }, ...rest }): PlacedObservation => ({
      source,
      minute,
      observation: makeObservation({ id, ...rest }),
    })),
  { selector: ({ observation }) => observation.eventKey, maxLength: 40 },
);

export interface NaiveCell {
  score: bigint;
  mentions: number;
  authors: Set<string>;
  sentiment: bigint;
  positive: number;
  neutral: number;
  negative: number;
  sources: Record<string, number>;
}

export interface NaiveWindow {
  events: number;
  deleted: number;
  replaced: number;
  /** By `category` for the total, by `category|keyword` for a keyword. */
  readonly cells: Map<string, NaiveCell>;
}

/** What the design says of a set of observations, in plain loops: no minutes, no summaries, no merging. */
export function naiveCells(
  placed: readonly PlacedObservation[],
  weights: Readonly<Record<Source, Weights>>,
): NaiveWindow {
  const window: NaiveWindow = { events: 0, deleted: 0, replaced: 0, cells: new Map() };
  for (const { source, observation } of placed) {
    const others = placed.filter((other) => other.observation.id === observation.id);
    if (others.some((other) => other.observation.eventKey > observation.eventKey)) window.replaced += 1;
    else if (observation.isDelete) window.deleted += 1;
    else {
      window.events += 1;
      addNaively(window.cells, source, observation, weights[source]);
    }
  }
  return window;
}

function addNaively(cells: Map<string, NaiveCell>, source: Source, post: Observation, weights: Weights): void {
  let score = 0n;
  for (const [metric, weight] of Object.entries(weights)) {
    const found = Object.entries({ ...post.metrics, mention: 1 }).find(([name]) => name === metric)?.[1];
    if (found !== undefined) score += BigInt(weight) * BigInt(found);
  }
  const categories = ['all', `source:${source}`, ...post.tags.map((tag) => `tag:${tag}`)];
  if (post.category !== undefined) categories.push(`category:${source}/${post.category}`);
  for (const category of new Set(categories.map((name) => name.toLowerCase()))) {
    for (const name of new Set([category, ...post.keywords.map((keyword) => `${category}|${keyword}`)])) {
      const cell = cells.get(name) ?? emptyNaiveCell();
      cells.set(name, cell);
      cell.score += score;
      cell.mentions += 1;
      if (post.author !== undefined) cell.authors.add(post.author);
      cell.sources[source] = (cell.sources[source] ?? 0) + 1;
      if (post.sentiment === undefined) continue;
      cell.sentiment += BigInt(post.sentiment.score.toFixed(4).replace('.', ''));
      if (post.sentiment.label === 'positive') cell.positive += 1;
      if (post.sentiment.label === 'neutral') cell.neutral += 1;
      if (post.sentiment.label === 'negative') cell.negative += 1;
    }
  }
}

function emptyNaiveCell(): NaiveCell {
  return {
    score: 0n,
    mentions: 0,
    authors: new Set(),
    sentiment: 0n,
    positive: 0,
    neutral: 0,
    negative: 0,
    sources: {},
  };
}
