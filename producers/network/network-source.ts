import type { Source, SourceItem } from '../source.ts';
import type { Network, ReadContext, Received } from './network.ts';
import type { ToItems } from './to-items.ts';

export interface NetworkSourceOptions {
  readonly network: Pick<Network, 'read'>;
  /** What the network is read with, but for what the runtime says. */
  readonly context: Omit<ReadContext, 'signal' | 'resumeAfter'>;
  readonly toItems: ToItems;
  /** Ends after so many events. @default - never */
  readonly limit?: number | undefined;
  /** Told of every payload that was received, before anything is made of it. */
  readonly record?: (received: Required<Pick<Received, 'payload' | 'receivedAt'>>) => Promise<void>;
}

/** A network as a source: what it sends is recorded, made into events, and counted up to the limit. */
export function networkSource({ network, context, ...options }: NetworkSourceOptions): Source {
  return async function* items({ signal, resumeAfter }) {
    // What the network holds open ends with the last event that is wanted, too.
    const enough = new AbortController();
    const received = network.read({ ...context, signal: AbortSignal.any([signal, enough.signal]), resumeAfter });
    try {
      yield* limited(itemsOf(received, { ...options, now: context.clock.now }), options.limit);
    } finally {
      enough.abort();
    }
  };
}

async function* itemsOf(
  received: AsyncIterable<Received>,
  { record, toItems, now }: Pick<NetworkSourceOptions, 'record' | 'toItems'> & { readonly now: () => number },
): AsyncGenerator<SourceItem> {
  for await (const each of received) {
    const { receivedAt = new Date(now()).toISOString() } = each;
    if (each.payload !== undefined) await record?.({ payload: each.payload, receivedAt });
    yield* toItems({ ...each, receivedAt });
  }
}

async function* limited(items: AsyncIterable<SourceItem>, limit = Infinity): AsyncGenerator<SourceItem> {
  let events = 0;
  for await (const item of items) {
    yield item;
    if (item.kind === 'event' && ++events >= limit) return;
  }
}
