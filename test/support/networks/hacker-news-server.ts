import { httpDouble, type HttpDouble } from './http-double.ts';

/** A Hacker News on loopback. */
export interface HackerNewsServer extends HttpDouble {
  /** By id; what is not there is `null`. */
  readonly items: Map<number, unknown>;
  /** The greatest id, whether its item is written or not. */
  setMax(id: number): void;
  /** What `updates.json` says. */
  setUpdates(...ids: readonly number[]): void;
}

/** Starts one without items. */
export async function hackerNewsServer(): Promise<HackerNewsServer> {
  const items = new Map<number, unknown>();
  let max = 0;
  let updates: readonly number[] = [];
  const double = await httpDouble(({ pathname }) => {
    if (pathname === '/v0/maxitem.json') return { body: max };
    if (pathname === '/v0/updates.json') return { body: { items: updates, profiles: [] } };
    const id = /^\/v0\/item\/(\d+)\.json$/.exec(pathname)?.[1];
    if (id === undefined) return { status: 401, body: { error: 'Permission denied' } };
    return { body: items.get(Number(id)) ?? null };
  });
  return {
    ...double,
    items,
    setMax: (id) => void (max = id),
    setUpdates: (...ids) => void (updates = ids),
  };
}
