import type { ReadContext, Received } from '../../../../producers/network/network.ts';
import { twitter } from '../../../../producers/sources/twitter.ts';
import { drive } from '../../../support/networks/drive.ts';
import { readContext, take, type TestContext } from '../../../support/networks/read-context.ts';
import { xServer, type XServer } from '../../../support/networks/x-server.ts';
import { virtualClock, type VirtualClock } from '../../../support/virtual-clock.ts';

export const NOW_MS = Date.parse('2026-11-20T17:40:00.000Z');
export const SECOND_MS = 1_000;

/** A server of X with the rule of the preset `test`, and a reader in front of it. */
export interface World {
  readonly clock: VirtualClock;
  readonly server: XServer;
  readonly context: (overrides?: Partial<ReadContext>) => TestContext;
  readonly read: (context: ReadContext, count: number) => Promise<Received[]>;
}

/** Sets it up; the server has to be closed. */
export async function makeWorld(): Promise<World> {
  const clock = virtualClock(NOW_MS);
  const server = await xServer(clock);
  server.rules.push({ id: '1', value: '(cat OR #cat)', tag: 'gs:test:cats' });
  return {
    clock,
    server,
    context: (overrides = {}) =>
      readContext(clock, {
        addresses: { TWITTER_API_URL: server.url },
        credentials: { values: { TWITTER_BEARER_TOKEN: 'token' }, renew: async () => undefined },
        clock: { now: clock.now, wait: clock.wait, random: () => 0 },
        ...overrides,
      }),
    read: (context, count) => drive(clock, take(twitter, context, count), () => server.isIdle()),
  };
}
