import { advanced, type Mark } from './cursor.ts';
import type { Page } from './reddit-client.ts';
import { readThing, type Thing } from './thing.ts';

/** Reddit shows no more of a listing: ten pages of 100. */
const MAX_PAGES = 10;
/** A thing that was written so much later than now has a wrong time. */
const MAX_AHEAD_S = 600;

/** What is new in a listing. */
export interface Walk {
  /** Oldest first; also what was delivered before and stands on the same page. */
  readonly things: readonly Thing[];
  /** Undefined as long as nothing was seen. */
  readonly mark: Mark | undefined;
  /** Whether the listing did not reach back to what was delivered before. */
  readonly hasGap: boolean;
}

/**
 * Walks through a listing from the newest thing back to one that was delivered, or is older. It never asks for what is
 * `before` a thing: Reddit answers an empty page for ever once that is deleted.
 * @param ask for a page; undefined: for the first
 * @param mark how far it was delivered; undefined: never, then only the first page is read
 */
export async function walkBack(
  ask: (after: string | undefined) => Promise<Page>,
  mark: Mark | undefined,
  nowS: number,
): Promise<Walk> {
  const things: Thing[] = [];
  let after: string | undefined;
  let [hasReached, hasGap] = [mark === undefined, false];
  for (let pages = 1; ; pages += 1) {
    const page = await ask(after);
    const read = page.things.map(readThing);
    things.push(...read);
    hasReached ||= read.some((thing) => isDelivered(thing, mark));
    // A page that was promised and is empty does not say that there is no more.
    hasGap = !hasReached && (pages === MAX_PAGES || (pages > 1 && read.length === 0));
    if (hasReached || hasGap || page.after === undefined) break;
    after = page.after;
  }
  return { things: things.toReversed(), mark: markAfter(mark, things, nowS), hasGap };
}

function isDelivered({ name, createdS = Infinity }: Thing, mark: Mark | undefined): boolean {
  return mark !== undefined && (mark.names.includes(name) || createdS < mark.createdS);
}

function markAfter(mark: Mark | undefined, things: readonly Thing[], nowS: number): Mark | undefined {
  const timed = things.filter(({ createdS = Infinity }) => createdS <= nowS + MAX_AHEAD_S);
  if (timed.length === 0) return mark;
  return advanced(
    mark,
    timed.map(({ name }) => name),
    Math.max(...timed.map(({ createdS = 0 }) => createdS)),
  );
}
