import { meetupContext, type MeetupContext } from '../../../support/networks/meetup-context.ts';
import { meetupServer, type MeetupServer } from '../../../support/networks/meetup-server.ts';
import { virtualClock, type VirtualClock } from '../../../support/virtual-clock.ts';

export const NOW_MS = Date.parse('2026-11-20T10:00:00.000Z');
export const MINUTE_MS = 60_000;

/** A server with pages of five events and a clock, and a reader in front of it. */
export interface World {
  readonly clock: VirtualClock;
  readonly server: MeetupServer;
  readonly context: (overrides?: Parameters<typeof meetupContext>[2]) => MeetupContext;
  /** The seconds after the start at which each search was asked for. */
  readonly secondsOfSearches: () => number[];
}

/** Sets it up; the server has to be closed. */
export async function makeWorld(): Promise<World> {
  const clock = virtualClock(NOW_MS);
  const server = await meetupServer(clock.now, 5);
  return {
    clock,
    server,
    context: (overrides) => meetupContext(server, clock, overrides),
    secondsOfSearches: () => server.searches.map(({ atMs }) => (atMs - NOW_MS) / 1_000),
  };
}
