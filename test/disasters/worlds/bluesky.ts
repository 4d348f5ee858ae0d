import { jetstreamPost } from '../../support/networks/jetstream-post.ts';
import { jetstreamServer } from '../../support/networks/jetstream-server.ts';
import { HTML, textOf, type World, type WorldOptions } from '../world.ts';

/** Jetstream keeps all for 36 hours: every post, edit and delete is to be found. */
export async function blueskyWorld({ ledger, random }: WorldOptions): Promise<World> {
  const server = await jetstreamServer();
  const posts: ReturnType<typeof jetstreamPost>[] = [];
  let [number, lastMs] = [0, 0];
  const nextMs = (): number => (lastMs = Math.max(lastMs + 1, Date.now()));
  const post = (): object => {
    const text = textOf((number += 1), random);
    const made = jetstreamPost({ did: `did:plc:writer${number % 5}`, timeMs: nextMs(), text });
    posts.push(made);
    ledger.offer(made.id, text);
    // Some are passed on a little after their turn.
    return random.chance(0.1) ? { ...made.frame, time_us: lastMs * 1_000 - 1_999_999 } : made.frame;
  };
  const change = (operation: 'update' | 'delete'): object => {
    const { id, frame } =
      posts.splice(random.below(posts.length), 1)[0] ?? jetstreamPost({ did: '', timeMs: 0, text: '' });
    const { commit, ...rest } = frame as { commit: { record: object } };
    const text = operation === 'update' ? textOf((number += 1), random) : undefined;
    ledger.offer(id, text);
    const record = operation === 'update' ? { record: { ...commit.record, text } } : { record: undefined };
    return { ...rest, time_us: nextMs() * 1_000, commit: { ...commit, operation, ...record } };
  };
  const cut = (): void => server.cut(post(), 1 + random.below(300));
  const refuse = (status: number, body: string): void => {
    server.plan({ kind: 'refuse', status, body });
    cut();
  };
  return {
    environment: () => ({ BLUESKY_JETSTREAM_URL: server.url }),
    isReading: () => !server.isIdle(),
    live() {
      server.add(post(), post());
      if (posts.length > 5 && random.chance(0.2)) server.add(change('update'));
      if (posts.length > 5 && random.chance(0.2)) server.add(change('delete'));
    },
    disasters: {
      'cut at a byte': { strike: cut },
      'cut twice': {
        strike() {
          server.plan({ kind: 'cut', after: random.below(5) });
          cut();
        },
      },
      503: { strike: () => refuse(503, 'unavailable') },
      html: { strike: () => refuse(200, HTML) },
      429: { strike: () => refuse(429, 'slow down') },
      hang: {
        slowSeconds: 62,
        strike() {
          server.plan({ kind: 'hang' });
          cut();
        },
      },
    },
    close: () => server.close(),
  };
}
