import { wikimedia } from '../../../../producers/sources/wikimedia.ts';
import type { Received } from '../../../../producers/network/network.ts';
import { drive } from '../../../support/networks/drive.ts';
import {
  eventStreamServer,
  type EventStreamServer,
  type Script,
  type StoredChange,
} from '../../../support/networks/event-stream-server.ts';
import { readContext, take, type TestContext } from '../../../support/networks/read-context.ts';
import { virtualClock, type VirtualClock } from '../../../support/virtual-clock.ts';

export const NOW_MS = Date.parse('2026-11-20T17:40:00.000Z');
const EQIAD = 'eqiad.mediawiki.recentchange';
export const CODFW = 'codfw.mediawiki.recentchange';

/** A server, and time for whoever reads it. */
export interface Stage {
  readonly clock: VirtualClock;
  readonly server: EventStreamServer;
  readonly context: (overrides?: Parameters<typeof readContext>[1]) => TestContext;
  readonly read: (test: TestContext, count: number) => Promise<Received[]>;
  /** Like `read`: the names of the changes. */
  readonly names: (test: TestContext, count: number) => Promise<string[]>;
}

/** Sets both up; the server has to be closed. */
export async function setUp(): Promise<Stage> {
  const clock = virtualClock(NOW_MS);
  const server = await eventStreamServer();
  const read: Stage['read'] = (test, count) =>
    drive(clock, take(wikimedia, test.context, count), () => server.isIdle());
  return {
    clock,
    server,
    read,
    context: (overrides = {}) => readContext(clock, { addresses: { WIKIMEDIA_STREAM_URL: server.url }, ...overrides }),
    names: async (test, count) => (await read(test, count)).map(({ payload }) => nameOf(payload)),
  };
}

/** A change that was stored so long ago. */
export function change(name: string, ageMs = 0, fields: object = {}): StoredChange {
  const timestamp = NOW_MS - ageMs;
  const data = { meta: { id: name, dt: new Date(timestamp).toISOString() }, type: 'edit', comment: 'é😀', ...fields };
  return { timestamp, data: JSON.stringify(data) };
}

/** Changes a second apart, the last one now; named `c0`, `c1`, … */
export function changes(count: number): StoredChange[] {
  return Array.from({ length: count }, (_, i) => change(`c${i}`, (count - 1 - i) * 1_000));
}

export function nameOf(payload: unknown): string {
  return (payload as { meta: { id: string } }).meta.id;
}

/** The id of the event before a moment. */
export function idAt(ageMs: number): string {
  return JSON.stringify([
    { topic: EQIAD, partition: 0, timestamp: NOW_MS - ageMs },
    { topic: CODFW, partition: 0, offset: -1 },
  ]);
}

export const LONG_AGO: string = idAt(60_000);

/** Connections that break after so many changes each. */
export function cuts(...afters: number[]): Script[] {
  return afters.map((after) => ({ kind: 'cut', after }));
}
