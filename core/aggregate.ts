import { ALL, categoriesOf, sourceCategory, type Categorised } from './categories.ts';
import { scoreEvent, type Metrics } from './event-score.ts';
import type { Sentiment } from './sentiment.ts';
import type { Source } from './sources.ts';
import type { Weights } from './trend-settings.ts';

/** One row of a live table, as far as the tables need it. */
export interface Observation extends Categorised {
  readonly id: string;
  /** Orders the observations of an id: the greatest one counts. */
  readonly eventKey: string;
  readonly isDelete: boolean;
  readonly keywords: readonly string[];
  readonly metrics: Metrics;
  readonly sentiment?: Sentiment | undefined;
  /** Salted hash of the author's id; absent where the author is unknown. */
  readonly author?: string | undefined;
}

/** Sums over a set of posts. */
export interface Cell {
  /** In millionths. */
  score: bigint;
  mentions: number;
  /** Sum of the sentiment scores in ten-thousandths, over the posts that have one. */
  sentiment: number;
  positive: number;
  neutral: number;
  negative: number;
  readonly authors: Set<string>;
}

/** A category: the sums of all its posts, and of those with each keyword. */
export interface CategoryCells<C extends Cell = Cell> {
  readonly total: C;
  readonly keywords: Map<string, C>;
}

/** What became of the rows of a minute. */
export interface SummaryTotals {
  /** Posts that count. */
  readonly events: number;
  /** Posts that were deleted. */
  readonly deleted: number;
  /** Observations that a later one of the same post replaced. */
  readonly replaced: number;
  /** Rows that could not be read back. */
  readonly rejected: number;
}

/** Everything that is said in one minute of one network. `categories` names each but `all`, which equals the source's. */
export interface Summary {
  readonly source: Source;
  readonly minute: string;
  readonly totals: SummaryTotals;
  readonly categories: ReadonlyMap<string, CategoryCells>;
}

export interface MinuteRows {
  readonly source: Source;
  readonly minute: string;
  /** A set: neither order nor repetition matters. */
  readonly observations: readonly Observation[];
  readonly rejected: number;
}

/** Sums up the latest observations of one minute of one network. */
export function summarizeMinute({ source, minute, observations, rejected }: MinuteRows, weights: Weights): Summary {
  const { latest, distinct } = latestObservations(observations);
  const posts = latest.filter((observation) => !observation.isDelete);
  const categories = new Map<string, CategoryCells>();
  for (const post of posts) addPost(categories, post, source, weights);
  return {
    source,
    minute,
    totals: {
      events: posts.length,
      deleted: latest.length - posts.length,
      replaced: distinct - latest.length,
      rejected,
    },
    categories,
  };
}

/** The observation with the greatest key of each id, and how many different observations there were. */
function latestObservations(observations: readonly Observation[]) {
  const latest = new Map<string, Observation>();
  const keys = new Set<string>();
  for (const observation of observations) {
    keys.add(observation.eventKey);
    const known = latest.get(observation.id);
    if (known === undefined || observation.eventKey > known.eventKey) latest.set(observation.id, observation);
  }
  return { latest: [...latest.values()], distinct: keys.size };
}

function addPost(categories: Map<string, CategoryCells>, post: Observation, source: Source, weights: Weights): void {
  const score = scoreEvent(post.metrics, weights);
  const keywords = new Set(post.keywords);
  for (const name of [sourceCategory(source), ...categoriesOf(post, source)]) {
    const category = entry(categories, name, () => ({ total: emptyCell(), keywords: new Map<string, Cell>() }));
    addToCell(category.total, post, score);
    for (const keyword of keywords) addToCell(entry(category.keywords, keyword, emptyCell), post, score);
  }
}

function addToCell(cell: Cell, post: Observation, score: bigint): void {
  cell.score += score;
  cell.mentions += 1;
  if (post.author !== undefined) cell.authors.add(post.author);
  if (post.sentiment === undefined) return;
  cell.sentiment += Math.round(post.sentiment.score * 10_000);
  cell[post.sentiment.label] += 1;
}

/** Sums over several networks, and how many of the mentions each of them has. */
export interface MergedCell extends Cell {
  readonly sources: Map<Source, number>;
}

/** Every category of a window; grows as summaries are added. */
export interface WindowCells {
  readonly totals: { events: number; deleted: number; replaced: number; rejected: number };
  readonly categories: Map<string, CategoryCells<MergedCell>>;
}

/** A window that nothing was said in yet. */
export function emptyWindow(): WindowCells {
  return { totals: { events: 0, deleted: 0, replaced: 0, rejected: 0 }, categories: new Map() };
}

/**
 * Adds one minute of one network to a window. The order of the summaries changes nothing; each is to be added once.
 * @param wanted only these categories are summed up; default: all
 */
export function addSummary(
  window: WindowCells,
  summary: Summary,
  wanted: (category: string) => boolean = () => true,
): void {
  for (const name of ['events', 'deleted', 'replaced', 'rejected'] as const)
    window.totals[name] += summary.totals[name];
  for (const [name, cells] of summary.categories) {
    const names = name === sourceCategory(summary.source) ? [name, ALL] : [name];
    for (const target of names.filter(wanted)) addCategory(window, target, cells, summary.source);
  }
}

function addCategory(window: WindowCells, name: string, cells: CategoryCells, source: Source): void {
  const category = entry(window.categories, name, () => ({
    total: emptyMergedCell(),
    keywords: new Map<string, MergedCell>(),
  }));
  addCell(category.total, cells.total, source);
  for (const [keyword, cell] of cells.keywords)
    addCell(entry(category.keywords, keyword, emptyMergedCell), cell, source);
}

function addCell(target: MergedCell, cell: Cell, source: Source): void {
  target.score += cell.score;
  for (const name of ['mentions', 'sentiment', 'positive', 'neutral', 'negative'] as const) target[name] += cell[name];
  for (const author of cell.authors) target.authors.add(author);
  target.sources.set(source, (target.sources.get(source) ?? 0) + cell.mentions);
}

/** A cell without posts. */
export function emptyCell(): Cell {
  return { score: 0n, mentions: 0, sentiment: 0, positive: 0, neutral: 0, negative: 0, authors: new Set() };
}

function emptyMergedCell(): MergedCell {
  return { ...emptyCell(), sources: new Map() };
}

function entry<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = create()));
  return value;
}
