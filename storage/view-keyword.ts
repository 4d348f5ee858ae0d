import { addSummary, emptyWindow, type Summary } from '../core/aggregate.ts';
import { rankKeywords, type RankedKeyword } from '../core/ranking.ts';
import type { CellName } from '../core/trace.ts';
import { ranksUntilMs, type Window } from '../core/windows.ts';
import type { StoredSnapshot } from './snapshot-codec.ts';
import {
  isComplete,
  minutesHeld,
  readSnapshot,
  readSummaries,
  type MinutesHeld,
  type ViewDeps,
} from './view-window.ts';

/** One keyword of one category in one window. */
export interface KeywordRequest extends CellName {
  readonly window: Window;
}

/** What a ranking says of a keyword, and where that was read; scores in millionths. */
export type KeywordView =
  | ({ readonly state: 'ranked'; readonly from: KeywordOrigin } & Pick<RankedKeyword, 'rank' | 'score' | 'mentions'>)
  /** Nobody said it. */
  | { readonly state: 'absent' }
  /** It is not among so many best ones, which is all that is known. */
  | { readonly state: 'below'; readonly best: number }
  /** What was said in the window is not kept any more. */
  | { readonly state: 'unknown' };

export type KeywordOrigin = 'row' | 'snapshot' | 'summaries';

/** What the snapshot of a closed window says of a keyword, at the cost of one read. */
export async function lookUpKeyword(deps: ViewDeps, request: KeywordRequest): Promise<KeywordView> {
  return lookUpIn(deps, await readSnapshot(deps, request.window), request);
}

/**
 * What a ranking shows of a keyword, whatever its rank: as the snapshot says, and where that does not hold it, computed
 * from the summaries of the window and the rows of minutes that are not summed up yet.
 * @param held the minutes of the window; default: they are looked for
 */
export async function viewKeyword(deps: ViewDeps, request: KeywordRequest, held?: MinutesHeld): Promise<KeywordView> {
  const snapshot = await readSnapshot(deps, request.window);
  const found = lookUpIn(deps, snapshot, request);
  if (found.state === 'ranked' || found.state === 'absent') return found;
  const minutes = held ?? (await minutesHeld(deps.stores, request.window));
  return computeKeyword(deps, request, { snapshot, summaries: await readSummaries(deps, minutes) });
}

function lookUpIn(
  { settings, nowMs }: ViewDeps,
  snapshot: StoredSnapshot | undefined,
  { window, keyword, category }: KeywordRequest,
): KeywordView {
  if (snapshot === undefined) {
    // The snapshots of hours are kept: an hour that is done and has none had no posts.
    const isEmpty = window.name === 'hour' && nowMs >= ranksUntilMs(window, settings.lateHours);
    return { state: isEmpty ? 'absent' : 'unknown' };
  }
  if (snapshot.totals.events === 0) return { state: 'absent' };
  const ranked = snapshot.categories.get(category);
  if (ranked === undefined) return { state: 'unknown' };
  const found = ranked.ranking.find(({ key_word }) => key_word === keyword);
  if (found !== undefined) return rankedView(found, 'snapshot');
  const best = ranked.ranking.length;
  return best < ranked.keywords ? { state: 'below', best } : { state: 'absent' };
}

interface Read {
  readonly snapshot: StoredSnapshot | undefined;
  readonly summaries: readonly Summary[];
}

async function computeKeyword(
  deps: ViewDeps,
  request: KeywordRequest,
  { snapshot, summaries }: Read,
): Promise<KeywordView> {
  const cells = emptyWindow();
  for (const summary of summaries) addSummary(cells, summary, (name) => name === request.category);
  if (!(await isComplete(deps, request.window, { snapshot, events: cells.totals.events })))
    return lookUpIn(deps, snapshot, request);
  const ranking = rankKeywords(cells.categories.get(request.category)?.keywords ?? new Map());
  const found = ranking.find(({ key_word }) => key_word === request.keyword);
  return found === undefined ? { state: 'absent' } : rankedView(found, 'summaries');
}

function rankedView({ rank, score, mentions }: RankedKeyword, from: KeywordOrigin): KeywordView {
  return { state: 'ranked', from, rank, score, mentions };
}
