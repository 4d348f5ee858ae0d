import type { Network, ReadContext, Received } from '../../../producers/network/network.ts';
import { memoryStateStore } from '../../../producers/network/state-store.ts';
import { readPreset } from '../../../presets/preset-schema.ts';
import type { VirtualClock } from '../virtual-clock.ts';

/** A context to read a network with, and what it was told. */
export interface TestContext {
  readonly context: ReadContext;
  readonly stop: AbortController;
  readonly notices: readonly string[];
  readonly counts: ReadonlyMap<string, number>;
}

/** Makes one; requests over `http` fail unless it is given. */
export function readContext(clock: VirtualClock, overrides: Partial<ReadContext> = {}): TestContext {
  const stop = new AbortController();
  const notices: string[] = [];
  const counts = new Map<string, number>();
  const context: ReadContext = {
    preset: readPreset({
      name: 'test',
      description: 'a test',
      sources: ['bluesky'],
      topics: [{ name: 'cats', keywords: ['cat'] }],
    }),
    addresses: {},
    credentials: { values: {}, renew: async () => undefined },
    flags: {},
    signal: stop.signal,
    once: false,
    state: memoryStateStore(),
    clock: { now: clock.now, wait: clock.wait, random: () => 1 },
    http: () => Promise.reject(new Error('no server')),
    userAgent: 'test',
    notify: (sentence) => void notices.push(sentence),
    count: (what, by = 1) => void counts.set(what, (counts.get(what) ?? 0) + by),
    ...overrides,
  };
  return { context, stop, notices, counts };
}

/** Reads a network until `count` payloads have come; what is a cursor alone is left out. */
export async function take(network: Network, context: ReadContext, count: number): Promise<Received[]> {
  const received: Received[] = [];
  if (count === 0) return received;
  for await (const each of network.read(context)) {
    if (each.payload !== undefined) received.push(each);
    if (received.length === count) break;
  }
  return received;
}
