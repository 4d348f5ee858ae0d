import { eventStreamServer, type Script, type StoredChange } from '../../support/networks/event-stream-server.ts';
import { HTML, textOf, type World, type WorldOptions } from '../world.ts';

const TOPICS = ['eqiad.mediawiki.recentchange', 'codfw.mediawiki.recentchange'] as const;

/** EventStreams keeps all for a week: every edit that no bot has made is to be found. */
export async function wikimediaWorld({ ledger, random }: WorldOptions): Promise<World> {
  const server = await eventStreamServer();
  let number = 0;
  const edit = (isBot = false): StoredChange => {
    number += 1;
    const [title, comment] = [`Page ${number}`, textOf(number, random)];
    if (!isBot) ledger.offer(`wikimedia:dewiki/${number}`, `${title}\n${comment}`);
    // Some are stored a little after their turn.
    const timestamp = Date.now() - (random.chance(0.1) ? 2_000 : 0);
    const meta = { id: `meta-${number}`, domain: 'de.wikipedia.org', dt: new Date(timestamp).toISOString() };
    const change = {
      type: 'edit',
      wiki: 'dewiki',
      title,
      comment,
      user: 'Alice',
      bot: isBot,
      revision: { new: number },
    };
    const data = JSON.stringify({ ...change, meta, timestamp: Math.floor(timestamp / 1_000) });
    return { topic: random.pick(TOPICS), timestamp, data };
  };
  const cut = (): void => server.cut(edit(), 1 + random.below(500));
  const then = (...scripts: readonly Script[]) => ({
    strike() {
      server.plan(...scripts);
      cut();
    },
  });
  return {
    environment: () => ({ WIKIMEDIA_STREAM_URL: server.url }),
    isReading: () => !server.isIdle(),
    live() {
      server.add(edit(), edit());
      if (random.chance(0.3)) server.add(edit(true));
    },
    disasters: {
      'cut at a byte': { strike: cut },
      'cut twice': then({ kind: 'cut', after: 2, bytes: 40 }),
      503: then({ kind: 'refuse', status: 503 }),
      html: then({ kind: 'refuse', status: 200, headers: { 'content-type': 'text/html' }, body: HTML }),
      '429 with reset': then({ kind: 'refuse', status: 429, headers: { 'retry-after': '3' } }),
      429: then({ kind: 'refuse', status: 429 }),
      ended: then({ kind: 'end', after: 3 }),
      'error in the stream': then({ kind: 'error', after: 1 }),
      hang: { slowSeconds: 62, ...then({ kind: 'hang', after: 2 }) },
      mute: { slowSeconds: 62, ...then({ kind: 'mute' }) },
    },
    close: () => server.close(),
  };
}
