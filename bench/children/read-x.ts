import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { topicMatcher } from '../../core/topics.ts';
import { topicRules, readPreset } from '../../presets/preset-schema.ts';
import { encodeEvent } from '../../producers/encode-event.ts';
import { networkSource } from '../../producers/network/network-source.ts';
import { sentPosts } from '../../producers/network/sent-posts.ts';
import { memoryStateStore } from '../../producers/network/state-store.ts';
import { toItems } from '../../producers/network/to-items.ts';
import { twitter } from '../../producers/sources/twitter.ts';
import { wait } from '../../producers/wait.ts';
import { peakMb } from '../run-child.ts';

/** Reads so many posts from a server of X in another process, and makes records of them. */
const [posts = '1000'] = process.argv.slice(2);
const preset = readPreset({
  name: 'test',
  description: 'all that is sent',
  sources: ['twitter'],
  topics: [{ name: 'cats', keywords: ['cat'] }],
  twitterBudget: { postsPerDay: 100_000_000, postsPerMonth: 100_000_000 },
});
const server = spawn(process.execPath, [join(import.meta.dirname, 'serve-x.ts'), posts], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const [port] = await once(server.stdout, 'data');
const source = networkSource({
  network: twitter,
  context: {
    preset,
    addresses: { TWITTER_API_URL: `http://127.0.0.1:${String(port).trim()}` },
    credentials: { values: { TWITTER_BEARER_TOKEN: 'x' }, renew: async () => undefined },
    flags: { 'keep-rules': true, 'skip-gaps': true },
    once: false,
    state: memoryStateStore(),
    clock: { now: Date.now, wait, random: Math.random },
    http: () => Promise.reject(new Error('not used')),
    userAgent: 'bench',
    notify: () => undefined,
    count: () => undefined,
  },
  toItems: toItems({
    source: 'twitter',
    network: twitter,
    takesEverything: false,
    match: topicMatcher(topicRules(preset)),
    openSent: sentPosts,
    now: Date.now,
    count: () => undefined,
  }),
  limit: Number(posts),
});
let [records, refused, bytes] = [0, 0, 0];
const startedMs = performance.now();
for await (const item of source({ signal: new AbortController().signal })) {
  const encoded = item.kind === 'event' ? encodeEvent(item.value, Date.now()) : undefined;
  if (encoded?.ok === true) {
    records += 1;
    bytes += encoded.data.byteLength;
  } else refused += 1;
}
const seconds = (performance.now() - startedMs) / 1_000;
server.kill();
console.log(JSON.stringify({ records, refused, bytes, seconds, peakMb: peakMb() }));
