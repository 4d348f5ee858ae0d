import type { Thing } from './thing.ts';

const MINUTE_MS = 60_000;
/** How long after its writing a post is looked at again; its score moves most at first. */
const LANES_MS = [5, 15, 60, 4 * 60, 24 * 60].map((minutes) => minutes * MINUTE_MS);
/** Comments are many: only these times. */
const COMMENT_LANES_MS = new Set([60, 24 * 60].map((minutes) => minutes * MINUTE_MS));
/** So many can be asked for at once. */
const BATCH = 100;
const CAPACITY = 50_000;

/** When to look at posts and comments again. */
export interface Rechecks {
  /** Plans for a thing; one that is planned, gone or too old is left. Returns how many others are given up for it. */
  add(thing: Thing, nowMs: number): number;
  /** Names of things whose time has come, at most 100; they stay until they are done. */
  due(nowMs: number): string[];
  /** They were looked at; those that are gone need no more. */
  done(names: readonly string[], gone: ReadonlySet<string>, nowMs: number): void;
}

interface Lane {
  readonly afterMs: number;
  /** When each was written, in milliseconds since 1970; in the order in which they came. */
  readonly createdMs: Map<string, number>;
}

/** No plans. @param capacity things that are planned for at most; beyond it, those looked at most often are given up */
export function rechecks(capacity: number = CAPACITY): Rechecks {
  const lanes: Lane[] = LANES_MS.map((afterMs) => ({ afterMs, createdMs: new Map() }));
  const sizeNow = (): number => lanes.reduce((sum, { createdMs }) => sum + createdMs.size, 0);
  const plan = (name: string, createdMs: number, nowMs: number): boolean => {
    const lane = lanes.find(({ afterMs }) => takes(afterMs, name) && createdMs + afterMs > nowMs);
    lane?.createdMs.set(name, createdMs);
    return lane !== undefined;
  };
  return {
    add({ name, createdS, isGone }, nowMs) {
      if (createdS === undefined || isGone || !/^t[13]_/.test(name)) return 0;
      if (lanes.some(({ createdMs }) => createdMs.has(name)) || !plan(name, createdS * 1_000, nowMs)) return 0;
      return sizeNow() > capacity ? giveOneUp(lanes) : 0;
    },
    due(nowMs) {
      const names: string[] = [];
      for (const { afterMs, createdMs } of lanes)
        for (const [name, writtenMs] of createdMs) {
          if (writtenMs + afterMs > nowMs || names.length === BATCH) break;
          names.push(name);
        }
      return names;
    },
    done(names, gone, nowMs) {
      for (const name of names) {
        const lane = lanes.find(({ createdMs }) => createdMs.has(name));
        const createdMs = lane?.createdMs.get(name);
        lane?.createdMs.delete(name);
        if (createdMs !== undefined && !gone.has(name)) plan(name, createdMs, nowMs);
      }
    },
  };
}

function takes(afterMs: number, name: string): boolean {
  return name.startsWith('t3_') || COMMENT_LANES_MS.has(afterMs);
}

function giveOneUp(lanes: readonly Lane[]): number {
  const lane = lanes.findLast(({ createdMs }) => createdMs.size > 0);
  const [name] = lane?.createdMs.keys() ?? [];
  return name !== undefined && lane?.createdMs.delete(name) === true ? 1 : 0;
}
