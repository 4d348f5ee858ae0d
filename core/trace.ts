import type { MinuteRows, Observation } from './aggregate.ts';
import { ALL, categoriesOf, sourceCategory } from './categories.ts';
import { scoreTerms, type ScoreTerm } from './event-score.ts';
import { compareCodePoints } from './ranking.ts';
import type { Source } from './sources.ts';
import type { Weights } from './trend-settings.ts';

/** One cell of a ranking. */
export interface CellName {
  readonly keyword: string;
  readonly category: string;
}

/** A post as its latest observation has it. */
interface TracedPost {
  readonly id: string;
  readonly source: Source;
  readonly minute: string;
  /** Key of the latest observation. */
  readonly eventKey: string;
}

/** What one post adds to a cell. */
export interface Contribution extends TracedPost {
  /** In millionths: the sum of the terms. */
  readonly score: bigint;
  readonly terms: readonly ScoreTerm[];
  /** Earlier observations of the post, which the latest one replaced. */
  readonly replaced: number;
}

/** A post of which an earlier observation was in the cell, and the latest is not. */
export interface LeftOutPost extends TracedPost {
  /** `deleted`: the latest observation is a delete; `changed`: it is in other categories or has other keywords. */
  readonly reason: 'deleted' | 'changed';
}

/** Everything behind a cell. */
export interface CellTrace {
  /** By score, the greatest first, then by id in code-point order, then by minute. */
  readonly contributions: readonly Contribution[];
  /** By id in code-point order, then by minute. */
  readonly leftOut: readonly LeftOutPost[];
  /** In millionths: the sum of the contributions. */
  readonly score: bigint;
  /** Posts that contribute. */
  readonly mentions: number;
  /** Observations of these posts that a later one replaced. */
  readonly replaced: number;
  /** Rows of the minutes that could not be read back; whether they are of the cell nobody knows. */
  readonly unreadable: number;
}

/**
 * What the posts of one minute of one network add to a cell: as `summarizeMinute` counts, so that the sum is exactly
 * the cell of its summary (`all` stands for every post of the network). No post: no contributions, score 0.
 */
export function traceMinute(rows: MinuteRows, cell: CellName, weights: Weights): CellTrace {
  const contributions: Contribution[] = [];
  const leftOut: LeftOutPost[] = [];
  for (const [id, observations] of Map.groupBy(rows.observations, (observation) => observation.id)) {
    const latest = observations.reduce((a, b) => (b.eventKey > a.eventKey ? b : a));
    const post = { id, source: rows.source, minute: rows.minute, eventKey: latest.eventKey };
    if (isInCell(latest, cell, rows.source)) contributions.push(contributionOf(post, observations, latest, weights));
    else if (observations.some((observation) => isInCell(observation, cell, rows.source)))
      leftOut.push({ ...post, reason: latest.isDelete ? 'deleted' : 'changed' });
  }
  return mergeTraces([{ ...EMPTY, contributions, leftOut, unreadable: rows.rejected }]);
}

const EMPTY: CellTrace = { contributions: [], leftOut: [], score: 0n, mentions: 0, replaced: 0, unreadable: 0 };

/** Puts what is behind the same cell in several minutes or networks together; each is to be given once, in any order. */
export function mergeTraces(traces: readonly CellTrace[]): CellTrace {
  const contributions = traces.flatMap((trace) => trace.contributions).toSorted(byScore);
  return {
    contributions,
    leftOut: traces.flatMap((trace) => trace.leftOut).toSorted(byId),
    score: contributions.reduce((sum, { score }) => sum + score, 0n),
    mentions: contributions.length,
    replaced: contributions.reduce((sum, { replaced }) => sum + replaced, 0),
    unreadable: traces.reduce((sum, { unreadable }) => sum + unreadable, 0),
  };
}

function contributionOf(
  post: TracedPost,
  observations: readonly Observation[],
  { metrics }: Observation,
  weights: Weights,
): Contribution {
  const terms = scoreTerms(metrics, weights);
  return {
    ...post,
    score: terms.reduce((sum, { score }) => sum + score, 0n),
    terms,
    replaced: new Set(observations.map(({ eventKey }) => eventKey)).size - 1,
  };
}

function isInCell(observation: Observation, { keyword, category }: CellName, source: Source): boolean {
  if (observation.isDelete || !observation.keywords.includes(keyword)) return false;
  return [ALL, sourceCategory(source), ...categoriesOf(observation, source)].includes(category);
}

function byScore(a: Contribution, b: Contribution): number {
  if (a.score !== b.score) return a.score > b.score ? -1 : 1;
  return byId(a, b);
}

function byId(a: TracedPost, b: TracedPost): number {
  return compareCodePoints(a.id, b.id) || compareCodePoints(a.minute, b.minute);
}
