import { hostOf } from '../../../producers/network/http.ts';
import type { Disturbance } from '../../support/networks/http-double.ts';
import { mastodonServer, type StreamScript } from '../../support/networks/mastodon-server.ts';
import { HTML, ifBrought, textOf, type World, type WorldOptions } from '../world.ts';

const TIMELINE = '/api/v1/timelines/public';
const STREAMING = '/api/v1/streaming/public/local';

/**
 * A timeline keeps every status, so each is to be found, whether a run has a token and listens, or has none and polls. An
 * edit or a delete is only told to those who listen: it is to be found where the stream that told it stayed open. A
 * refused token is not played: that needs a person.
 */
export async function mastodonWorld({ ledger, random }: WorldOptions): Promise<World> {
  const server = await mastodonServer();
  const host = hostOf(server.url);
  const said: { readonly id: string; readonly createdAt: string; readonly stream: number | undefined }[] = [];
  let number = 0;
  let hasToken = true;
  const listening = (): number | undefined =>
    server.openStreams() > 0 ? server.asked.filter(({ path }) => path === STREAMING).length : undefined;
  const statusOf = (id: string, text: string, createdAt: string) => ({
    id,
    created_at: createdAt,
    content: `<p>${text}</p>`,
    visibility: 'public',
    account: { acct: 'alice' },
    edited_at: null as string | null,
  });
  const write = () => {
    // Some have an id that was given out a little earlier.
    const timeMs = Date.now() - (random.chance(0.1) ? 2_000 : 0);
    const id = String((BigInt(timeMs) << 16n) + BigInt((number += 1) % 65_536));
    const [text, createdAt] = [textOf(number, random), new Date(timeMs).toISOString()];
    ledger.offer(`mastodon:${host}/${id}`, text);
    said.push({ id, createdAt, stream: listening() });
    return statusOf(id, text, createdAt);
  };
  const change = (): void => {
    const stream = listening();
    const chosen = said.splice(-1 - random.below(8), 1)[0];
    // A delete does not say of when its post is: who has not heard that one cannot pass it on.
    if (chosen === undefined || stream === undefined || chosen.stream !== stream) return;
    const text = random.chance(0.5) ? textOf((number += 1), random) : undefined;
    const claim = ledger.offer(`mastodon:${host}/${chosen.id}`, text, 'never');
    ifBrought(listening, () => (claim.need = 'always'));
    if (text === undefined) return server.send('delete', chosen.id);
    const edited = { ...statusOf(chosen.id, text, chosen.createdAt), edited_at: new Date().toISOString() };
    server.send('status.update', JSON.stringify(edited));
  };
  const cut = (): void => {
    const status = write();
    server.addUnsent(status);
    const bytes = Buffer.from(`event: update\ndata: ${JSON.stringify(status)}\n\n`);
    server.breakStreams(bytes.subarray(0, random.below(bytes.byteLength)));
  };
  const answer = (status: number, headers: Record<string, string> = {}, body = HTML) => ({
    kind: 'answer' as const,
    status,
    headers,
    body,
  });
  const both = (disturbance: Extract<StreamScript, { kind: 'answer' }>) => ({
    strike() {
      if (server.openStreams() > 0) server.planStreams(disturbance);
      server.disturb(TIMELINE, disturbance);
      cut();
    },
  });
  const timeline = (...disturbances: readonly Disturbance[]) => ({
    strike() {
      server.disturb(TIMELINE, ...disturbances);
      cut();
    },
  });
  return {
    environment(run) {
      hasToken = run % 2 === 0;
      return { MASTODON_URL: server.url, ...(hasToken && { MASTODON_TOKEN: 'token' }) };
    },
    isReading: () => server.openStreams() > 0 && server.asked.some(({ path }) => path.startsWith(TIMELINE)),
    live() {
      server.add(write());
      if (random.chance(0.6)) server.add(write());
      if (said.length > 10 && random.chance(0.5)) change();
    },
    disasters: {
      'cut at a byte': { strike: cut },
      ended: { strike: () => server.endStreams() },
      503: both(answer(503)),
      html: both(answer(200)),
      '429 with reset': {
        strike: () => both(answer(429, { 'x-ratelimit-reset': new Date(Date.now() + 3_000).toISOString() })).strike(),
      },
      429: both(answer(429)),
      'half an answer': { strike: () => timeline({ kind: 'cut', share: random.next() }).strike() },
      'half a page': timeline({ kind: 'answer', body: '[{"id":"1' }),
      hang: {
        slowSeconds: 62,
        strike() {
          // A timeline that hangs while a stream is open would take along what the stream has told by then.
          if (hasToken) server.planStreams({ kind: 'hang' });
          else server.disturb(TIMELINE, { kind: 'hang' });
          cut();
        },
      },
    },
    close: () => server.close(),
  };
}
