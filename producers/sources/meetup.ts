import { TransientError } from '../network/http.ts';
import type { Network, ReadContext, Received } from '../network/network.ts';
import { poll } from '../network/poll.ts';
import { SourceError } from '../source-error.ts';
import { parseNumber } from './common-options.ts';
import { type EventPage, meetupApi, RefusedSearchError, type SearchEvents } from './meetup/api.ts';
import { type ChangeMemory, changeMemory } from './meetup/changes.ts';
import { normaliseMeetup } from './meetup/normalise.ts';
import { type Position, type SweepPlan, sweepPlan } from './meetup/plan.ts';

const DAYS = 30;
const MAX_DAYS = 365;
/** From the end of a sweep to the beginning of the next. */
const PAUSE_MS = 15 * 60_000;
/** A search that is refused so often waits for the next sweep. */
const MAX_REFUSALS = 3;
/** So many invalid questions in a row: it is not the search, it is the question. */
const MAX_INVALID = 9;

/** Meetup, searched day by day for coming events again and again: those that are new, changed or cancelled. */
export const meetup: Network = {
  read,
  normalise: normaliseMeetup,
  flags: { days: { type: 'string', about: `how many days ahead events are searched for, today included (${DAYS})` } },
};

interface Sweep {
  readonly plan: SweepPlan;
  readonly search: SearchEvents;
  readonly memory: ChangeMemory;
  readonly count: ReadContext['count'];
  readonly notify: ReadContext['notify'];
  position: Position;
  /** How often the search that comes next was refused. */
  refusals: number;
  /** How many questions in a row were called invalid, by whatever search. */
  invalid: number;
}

async function* read(context: ReadContext): AsyncGenerator<Received> {
  const { preset, flags, clock, resumeAfter, count, notify } = context;
  const { days } = flags;
  const limits = { min: 1, max: MAX_DAYS, whole: true };
  const plan = sweepPlan(preset, typeof days === 'string' ? parseNumber('days', days, limits) : DAYS);
  if (preset.places.length === 0) notify('The preset has no places: Meetup is searched for online events only.');
  const resumed = resumeAfter === undefined ? undefined : plan.fromCursor(resumeAfter);
  const sweep: Sweep = {
    plan,
    search: meetupApi(context),
    memory: changeMemory(),
    count,
    notify,
    position: resumed ?? plan.start(clock.now()),
    refusals: 0,
    invalid: 0,
  };
  const round = async function* (): AsyncGenerator<Received> {
    if (plan.isOver(sweep.position)) sweep.position = plan.start(clock.now());
    yield* oneSearch(sweep);
  };
  const isOver = (): boolean => plan.isOver(sweep.position);
  // A round is one search, so that the back-off knows of every success; one sweep is many rounds.
  yield* poll(round, context, { pauseMs: () => (isOver() ? PAUSE_MS : 0), isEnough: isOver });
}

/** Goes on with the search of the position, to its last page. */
async function* oneSearch(sweep: Sweep): AsyncGenerator<Received> {
  const { plan, memory } = sweep;
  const { at } = sweep.position;
  const seen = new Set<string>();
  while (sweep.position.at === at) {
    const page = await nextPage(sweep);
    if (page === undefined) return;
    const next = positionAfter(sweep, page, seen);
    const news = page.nodes.filter((node) => memory.isNews(node));
    const cursor = plan.toCursor(next);
    for (const [i, payload] of news.entries()) yield { payload, ...(i === news.length - 1 && { cursor }) };
    if (news.length === 0) yield { cursor };
    moveTo(sweep, next);
  }
}

/** Undefined if the search is given up. @throws TransientError if it is refused and to be tried again */
async function nextPage(sweep: Sweep): Promise<EventPage | undefined> {
  const { plan, position, search } = sweep;
  try {
    const page = await search(plan.filterAt(position), position.after);
    sweep.invalid = 0;
    return page;
  } catch (error) {
    if (!(error instanceof RefusedSearchError)) throw error;
    return refused(sweep, error);
  }
}

function refused(sweep: Sweep, error: RefusedSearchError): undefined {
  const { from, at } = sweep.position;
  sweep.refusals += 1;
  sweep.invalid = error.isInvalid ? sweep.invalid + 1 : 0;
  if (sweep.invalid >= MAX_INVALID)
    throw new SourceError(`${error.message}, and every other one: Meetup has changed, so update Groundswell.`, {
      cause: error,
    });
  if (sweep.refusals < MAX_REFUSALS) {
    // It may be the page that the server knows no more.
    sweep.position = { from, at };
    throw new TransientError(error.message, { cause: error });
  }
  sweep.count('searches given up');
  sweep.notify(`${error.message}, ${MAX_REFUSALS} times: it is left out of this sweep.`);
  moveTo(sweep, { from, at: at + 1 });
}

/** After a page: the next one of the same search, or the next search. */
function positionAfter({ position, memory, count }: Sweep, { nodes, next }: EventPage, seen: Set<string>): Position {
  const known = seen.size;
  for (const node of nodes) seen.add(memory.keyOf(node));
  const { from, at } = position;
  if (next === undefined) return { from, at: at + 1 };
  // Meetup has said before that there is more where there was nothing, or the same again.
  if (seen.size > known && next !== position.after) return { from, at, after: next };
  count('pages that promised more');
  return { from, at: at + 1 };
}

function moveTo(sweep: Sweep, position: Position): void {
  if (position.at !== sweep.position.at) sweep.refusals = 0;
  sweep.position = position;
}
