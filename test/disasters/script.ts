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
const GAP_S = { least: 5, most: 8 } as const;
/** So many between two kills: the waits of the producers, which double, must not fill the run. */
const MOST_IN_A_STRETCH = 3;
/** The last seconds of a feed are calm. */
const CALM_S = 4;

/**
 * The course of a run: kills spread over it, with as long a stretch again after the last; one slow disaster,
 * right after the last kill, that goes on undisturbed; and all others in turn. The same random numbers make the same script.
 * @param seconds how long the feed goes on
 */
export function drawScript(disasters: Durations, seconds: number, random: Random): Blow[] {
  const kills = drawKills(seconds, random);
  const slow = Object.keys(disasters).filter((name) => disasters[name]?.slowSeconds !== undefined);
  const slowAtS = (kills.at(-1)?.atMs ?? 0) / SECOND_MS + 3 + 2 * random.next();
  const slowBlow = { atMs: Math.round(slowAtS * SECOND_MS), name: random.pick(slow) };
  const isFree = (atMs: number): boolean => !isDuring(slowBlow, atMs, disasters);
  const nextName = inTurn(
    Object.keys(disasters).filter((name) => disasters[name]?.slowSeconds === undefined),
    random,
  );
  const starting = [0, ...kills.map(({ atMs }) => atMs)];
  const quick = starting.flatMap((fromMs, i) => {
    const toMs = kills[i]?.atMs ?? (seconds - CALM_S) * SECOND_MS;
    const times = drawTimes(fromMs, toMs, random).filter(isFree);
    return times.slice(0, MOST_IN_A_STRETCH).map((atMs) => ({ atMs, name: nextName() }));
  });
  return [...kills, slowBlow, ...quick].toSorted((a, b) => a.atMs - b.atMs);
}

function drawKills(seconds: number, random: Random): Blow[] {
  const count = Math.max(2, Math.floor(seconds / SECONDS_PER_KILL));
  return Array.from({ length: count }, (_, i) => {
    const share = (i + 1 + 0.3 * (random.next() - 0.5)) / (count + 2);
    return { atMs: Math.round(share * seconds * SECOND_MS), name: 'kill' };
  });
}

function drawTimes(fromMs: number, toMs: number, random: Random): number[] {
  const times: number[] = [];
  for (let atMs = fromMs; ; times.push(atMs)) {
    atMs += Math.round((GAP_S.least + (GAP_S.most - GAP_S.least) * random.next()) * SECOND_MS);
    if (atMs >= toMs) return times;
  }
}

/** Names again and again, all of them before one comes twice. */
function inTurn(names: readonly string[], random: Random): () => string {
  let order: string[] = [];
  return () => {
    if (order.length === 0) order = shuffled(names, random);
    return order.pop() ?? '';
  };
}

/** Until it is over, nothing else happens. */
function isDuring({ atMs: fromMs, name }: Blow, atMs: number, disasters: Durations): boolean {
  return atMs >= fromMs && atMs < fromMs + (disasters[name]?.slowSeconds ?? 0) * SECOND_MS;
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
  return list
    .map((item) => ({ item, key: random.next() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
