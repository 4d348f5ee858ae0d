import type { Random } from '../../producers/sources/generator/random.ts';

/** Something that befalls a producer. */
export interface Blow {
  /** Milliseconds since the feed began. */
  readonly atMs: number;
  /** `kill`, or a disaster of the network by its name. */
  readonly name: string;
}

/** The disasters that a network knows: how long each takes to be over, in seconds, where that is long. */
export type Durations = Readonly<Record<string, { readonly slowSeconds?: number }>>;

const SECOND_MS = 1_000;
/** A kill for so many seconds of a run, and at least two. */
const SECONDS_PER_KILL = 50;
/** Apart so far that the waits of the producers, which double, do not fill the run. */
const GAP_S = { least: 6, most: 10 } as const;
/** The last seconds of a feed are calm. */
const CALM_S = 4;

/**
 * The course of a run: kills spread over it, with as long a stretch again after the last; a slow disaster at the beginning
 * and one after the last kill; and all others in turn. The same random numbers make the same script.
 * @param seconds how long the feed goes on
 */
export function drawScript(disasters: Durations, seconds: number, random: Random): Blow[] {
  const kills = drawKills(seconds, random);
  const slow = shuffled(
    Object.keys(disasters).filter((name) => disasters[name]?.slowSeconds !== undefined),
    random,
  );
  const starts = [2 + 2 * random.next(), (kills.at(-1)?.atMs ?? 0) / SECOND_MS + 3 + 2 * random.next()];
  // A network with a single slow one meets it undisturbed, after the last kill.
  const places = slow.length > 1 ? starts : starts.slice(1);
  const slowBlows = places.map((atS, i) => ({ atMs: Math.round(atS * SECOND_MS), name: slow[i % slow.length] ?? '' }));
  const isTaken = (atMs: number): boolean => slowBlows.some((blow) => isDuring(blow, atMs, disasters, kills));
  const quick = drawQuick(disasters, seconds, random).filter(({ atMs }) => !isTaken(atMs));
  return [...kills, ...slowBlows, ...quick].toSorted((a, b) => a.atMs - b.atMs);
}

function drawKills(seconds: number, random: Random): Blow[] {
  const count = Math.max(2, Math.floor(seconds / SECONDS_PER_KILL));
  return Array.from({ length: count }, (_, i) => {
    const share = (i + 1 + 0.3 * (random.next() - 0.5)) / (count + 2);
    return { atMs: Math.round(share * seconds * SECOND_MS), name: 'kill' };
  });
}

function drawQuick(disasters: Durations, seconds: number, random: Random): Blow[] {
  const names = Object.keys(disasters).filter((name) => disasters[name]?.slowSeconds === undefined);
  const blows: Blow[] = [];
  let order: string[] = [];
  let atS = 3 + 3 * random.next();
  while (atS < seconds - CALM_S) {
    if (order.length === 0) order = shuffled(names, random);
    blows.push({ atMs: Math.round(atS * SECOND_MS), name: order.pop() ?? '' });
    atS += GAP_S.least + (GAP_S.most - GAP_S.least) * random.next();
  }
  return blows;
}

/** Until it is over, or a kill has ended it, nothing else happens. */
function isDuring({ atMs: fromMs, name }: Blow, atMs: number, disasters: Durations, kills: readonly Blow[]): boolean {
  const endMs = fromMs + (disasters[name]?.slowSeconds ?? 0) * SECOND_MS;
  const killMs = kills.find((kill) => kill.atMs > fromMs)?.atMs ?? Infinity;
  return atMs >= fromMs && atMs < Math.min(endMs, killMs);
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
  return list
    .map((item) => ({ item, key: random.next() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
