import type { Disturbance } from '../../support/networks/http-double.ts';
import { hackerNewsServer } from '../../support/networks/hacker-news-server.ts';
import type { Claim } from '../ledger.ts';
import { HTML, textOf, type World, type WorldOptions } from '../world.ts';

const FIRST_ID = 40_000_000;
/** A change is looked for a minute after the item was read, when the list of changes is read next. */
const CHANGE_SECONDS = 95;
const MAX_PATH = '/v0/maxitem.json';

interface Item {
  readonly id: number;
  readonly type: 'comment';
  readonly by: string;
  readonly time: number;
  readonly text?: string;
  readonly deleted?: true;
}

/**
 * Hacker News keeps every item, so each is to be found as it was last; of an item that changes before it was read, only
 * that. Changes stay in a short list, and are made early enough to be read in the run.
 */
export async function hackerNewsWorld({ ledger, random, seconds }: WorldOptions): Promise<World> {
  const server = await hackerNewsServer();
  const startMs = Date.now();
  const written: { readonly item: Item; readonly claim: Claim }[] = [];
  const changed: number[] = [];
  let max = FIRST_ID;
  const write = (): void => {
    const item: Item = { id: (max += 1), type: 'comment', by: 'norvig', time: nowSeconds(), text: textOf(max, random) };
    const claim = ledger.offer(`hackernews:${item.id}`, item.text);
    const appear = (): void => {
      server.items.set(item.id, item);
      written.push({ item, claim });
    };
    // The number of an item is known a little before the item.
    if (random.chance(0.2)) setTimeout(appear, 500 + random.below(4_000)).unref();
    else appear();
    server.setMax(max);
  };
  // A first run begins a hundred items back.
  for (let i = 0; i < 100; i++) write();
  const change = (): void => {
    const [chosen] = written.splice(random.below(written.length), 1);
    if (chosen === undefined) return;
    const { item, claim } = chosen;
    claim.need = 'never';
    const isGone = random.chance(0.5);
    const { text: _, ...rest } = item;
    const text = isGone ? undefined : `${item.text} again`;
    ledger.offer(claim.id, text, isGone ? 'if seen' : 'always');
    server.items.set(item.id, isGone ? { ...rest, deleted: true } : { ...rest, text });
    changed.push(item.id);
    server.setUpdates(...changed.slice(-100));
  };
  const disturb = (...disturbances: readonly Disturbance[]) => ({
    // One of the next items, or the question that comes first.
    strike: () => server.disturb(random.chance(0.5) ? MAX_PATH : `/v0/item/${max + 1}.json`, ...disturbances),
  });
  return {
    environment: () => ({ HACKERNEWS_API_URL: server.url }),
    isReading: () => server.asked.length > 0,
    live() {
      write();
      if (random.chance(0.7)) write();
      if (Date.now() - startMs < (seconds - CHANGE_SECONDS) * 1_000 && random.chance(0.4)) change();
    },
    disasters: {
      'cut at a byte': { strike: () => disturb({ kind: 'cut', share: random.next() }).strike() },
      503: disturb({ kind: 'answer', status: 503, body: 'unavailable' }),
      html: disturb({ kind: 'answer', body: HTML }),
      'half an answer': disturb({ kind: 'answer', body: '{"id":400' }),
      429: disturb({ kind: 'answer', status: 429, body: 'slow down' }),
      '429 with reset': disturb({ kind: 'answer', status: 429, headers: { 'retry-after': '3' }, body: 'slow down' }),
      hang: { slowSeconds: 32, ...disturb({ kind: 'hang' }) },
    },
    close: () => server.close(),
  };
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1_000);
}
