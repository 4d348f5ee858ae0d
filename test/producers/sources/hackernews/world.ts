import type { Received } from '../../../../producers/network/network.ts';
import { hackernews } from '../../../../producers/sources/hackernews.ts';
import { drive } from '../../../support/networks/drive.ts';
import { hackerNewsServer, type HackerNewsServer } from '../../../support/networks/hacker-news-server.ts';
import { readContext, take, type TestContext } from '../../../support/networks/read-context.ts';
import { virtualHttp } from '../../../support/networks/virtual-http.ts';
import { virtualClock, type VirtualClock } from '../../../support/virtual-clock.ts';

export const NOW_MS = Date.parse('2026-11-20T17:40:00.000Z');
export const MINUTE_MS = 60_000;

/** A server with a clock, and a reader in front of it. */
export interface World {
  readonly clock: VirtualClock;
  readonly server: HackerNewsServer;
  readonly context: (overrides?: Parameters<typeof readContext>[1]) => TestContext;
  readonly read: (test: TestContext, count: number) => Promise<Received[]>;
  /** Puts stories of these ids there, both included; the last one is the greatest of all. */
  readonly addStories: (first: number, last: number) => void;
}

/** Sets it up; the server has to be closed. */
export async function makeWorld(): Promise<World> {
  const clock = virtualClock(NOW_MS);
  const server = await hackerNewsServer();
  return {
    clock,
    server,
    context: (overrides = {}) =>
      readContext(clock, {
        addresses: { HACKERNEWS_API_URL: server.url },
        http: virtualHttp(clock),
        ...overrides,
      }),
    read: (test, count) => drive(clock, take(hackernews, test.context, count), () => server.isIdle()),
    addStories(first, last) {
      for (let id = first; id <= last; id++) server.items.set(id, story(id));
      server.setMax(last);
    },
  };
}

export function story(id: number, overrides: object = {}) {
  return { id, type: 'story', by: 'a', time: NOW_MS / 1_000, title: `Story ${id}`, score: 1, ...overrides };
}

export function ids(received: readonly Received[]): number[] {
  return received.map(({ payload }) => Number(Reflect.get(Object(payload), 'id')));
}
