import type { Received } from '../../../../producers/network/network.ts';
import { mastodon } from '../../../../producers/sources/mastodon.ts';
import { readPreset, type PresetInput } from '../../../../presets/preset-schema.ts';
import { drive } from '../../../support/networks/drive.ts';
import { mastodonServer, type MastodonServer, type ServedStatus } from '../../../support/networks/mastodon-server.ts';
import { readContext, take, type TestContext } from '../../../support/networks/read-context.ts';
import { REQUEST_TIMEOUT_MS, virtualHttp } from '../../../support/networks/virtual-http.ts';
import { virtualClock, type VirtualClock } from '../../../support/virtual-clock.ts';

export const NOW_MS = Date.parse('2026-11-20T17:40:00.000Z');
export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;

/** A server with a clock, and a reader in front of it. */
export interface World {
  readonly clock: VirtualClock;
  readonly server: MastodonServer;
  context(overrides?: Partial<TestContext['context']>): TestContext;
  read(test: TestContext, count: number): Promise<Received[]>;
  /** Waits but for those that give up a request. */
  pauses(): number[];
  /** Paths of the requests for timelines. */
  asked(): string[];
}

export async function makeWorld(): Promise<World> {
  const clock = virtualClock(NOW_MS);
  const server = await mastodonServer();
  return {
    clock,
    server,
    context: (overrides = {}) =>
      readContext(clock, {
        addresses: { MASTODON_URL: server.url },
        http: virtualHttp(clock),
        preset: presetOf({ scope: 'everything' }),
        ...overrides,
      }),
    read: (test, count) => drive(clock, take(mastodon, test.context, count), () => server.isIdle()),
    pauses: () => clock.waits.filter((ms) => ms !== REQUEST_TIMEOUT_MS),
    asked: () => server.asked.map(({ path }) => path).filter((path) => path.includes('/timelines/')),
  };
}

export function presetOf(overrides: Partial<PresetInput>) {
  return readPreset({
    name: 'test',
    description: 'a test',
    sources: ['mastodon'],
    topics: [{ name: 'cats', keywords: ['cat'] }],
    ...overrides,
  });
}

/** The id of a status that was written so long after the start. */
export function idAt(ms: number): string {
  return String(BigInt(NOW_MS + ms) << 16n);
}

export function statusAt(ms: number, tags: readonly string[] = []): ServedStatus & { readonly edited_at: null } {
  return { id: idAt(ms), edited_at: null, tags: tags.map((name) => ({ name })) };
}

/** Statuses a minute apart, the last one a minute before the start. */
export function statuses(count: number): ServedStatus[] {
  return Array.from({ length: count }, (_, i) => statusAt((i - count) * MINUTE_MS));
}

export function ids(received: readonly Received[]): string[] {
  return received.map(({ payload }) => String(Reflect.get(Object(Reflect.get(Object(payload), 'data')), 'id')));
}

export function idsOf(served: readonly ServedStatus[]): string[] {
  return served.map(({ id }) => id);
}
