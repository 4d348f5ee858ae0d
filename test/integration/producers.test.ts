import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, inject, test } from 'vitest';

import { readTrends } from '../../deployment/read-outputs.ts';
import { clientConfig, resolveTarget } from '../../deployment/target.ts';
import { documentClient } from '../../storage/aws-clients.ts';
import { liveStore } from '../../storage/live-store.ts';
import { jetstreamServer, type JetstreamServer } from '../support/networks/jetstream-server.ts';
import { jetstreamPost } from '../support/networks/jetstream-post.ts';
import { runScript } from '../support/run-script.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const env = inject('environment');
const target = resolveTarget({}, env);
const POLL = { timeout: 60_000, interval: 50 };

let server: JetstreamServer;
let folder: string;
let child: ChildProcess | undefined;

beforeEach(async () => {
  server = await jetstreamServer();
  folder = await mkdtemp(join(tmpdir(), 'groundswell-producers-'));
});

afterEach(async () => {
  child?.kill('SIGKILL');
  await server.close();
  await rm(folder, { recursive: true });
});

function environment(): Record<string, string> {
  return { ...env, BLUESKY_JETSTREAM_URL: server.url, PRODUCER_STATE_FOLDER: folder };
}

/** Starts the producer, and waits until it is connected. */
async function start(): Promise<void> {
  const connections = server.cursors.length;
  const args = ['--disable-warning=ExperimentalWarning', 'producers/main.ts', 'bluesky'];
  child = spawn(process.execPath, args, { cwd: ROOT, env: environment(), stdio: 'ignore' });
  await expect.poll(() => server.cursors.length, POLL).toBeGreaterThan(connections);
}

async function kill(signal: NodeJS.Signals): Promise<number | null> {
  const running = child;
  if (running === undefined) throw new Error('nothing runs');
  const ended = new Promise<number | null>((resolve) => running.on('close', resolve));
  running.kill(signal);
  return ended;
}

/** What the producer remembers of how far it is. */
async function checkpoint(): Promise<string> {
  const files = await readdir(join(folder, 'bluesky')).catch(() => []);
  const [name] = files.filter((file) => file.startsWith('checkpoint-') && file.endsWith('.json'));
  return name === undefined ? '' : readFile(join(folder, 'bluesky', name), 'utf8');
}

async function storedIds(minutes: Iterable<string>): Promise<Set<string>> {
  const { LiveTableNames } = await readTrends(target, 'trends');
  const store = liveStore({
    documents: documentClient(clientConfig(target)),
    tableNames: LiveTableNames,
    pause: async () => undefined,
  });
  const rows = await Promise.all([...minutes].map((minute) => store.readMinute('bluesky', minute, 1)));
  return new Set(rows.flatMap(({ observations }) => observations.map(({ id }) => id)));
}

test('a producer that is killed again and again, and restarted, leaves no gap', async () => {
  const did = `did:plc:kill${Date.now()}`;
  const ids = new Set<string>();
  const minutes = new Set<string>();
  let timeMs = Date.now() - 60_000;
  const write = (count: number): void => {
    for (let i = 0; i < count; i++) {
      timeMs += 1;
      const post = jetstreamPost({ did, timeMs, text: 'killed #often' });
      ids.add(post.id);
      minutes.add(new Date(timeMs).toISOString().slice(0, 16));
      server.add(post.frame);
    }
  };
  await start();
  for (let kills = 0; kills < 4; kills++) {
    const before = await checkpoint();
    write(700);
    await expect.poll(checkpoint, POLL).not.toBe(before);
    // What is written now is on its way somewhere when it is killed, or while nobody listens.
    write(300);
    await kill('SIGKILL');
    write(100);
    await start();
  }

  await expect.poll(async () => ids.difference(await storedIds(minutes)).size, POLL).toBe(0);
  expect(await kill('SIGINT')).toBe(0);
}, 240_000);

test('npm run producer:bluesky -- --dry-run prints events and nothing else, and sends nothing', async () => {
  const posts = [1, 2, 3].map((i) => jetstreamPost({ did: 'did:plc:dry', timeMs: Date.now() + i, text: `post ${i}` }));
  const adding = setInterval(() => {
    if (server.cursors.length > 0) server.add(...posts.splice(0).map(({ frame }) => frame));
  }, 20);

  const run = await runScript(['producers/main.ts', 'bluesky', '--dry-run', '--limit', '3'], { env: environment() });
  clearInterval(adding);

  expect(run.code).toBe(0);
  const events = run.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events.map(({ text }: { text: string }) => text)).toEqual(['post 1', 'post 2', 'post 3']);
  expect(await checkpoint()).toBe('');
}, 60_000);

test('what is recorded is replayed as the same events, byte for byte', async () => {
  const file = join(folder, 'recording.jsonl');
  const posts = [1, 2].map((i) => jetstreamPost({ did: 'did:plc:rec', timeMs: Date.now() + i, text: `post ${i}` }));
  const adding = setInterval(() => {
    if (server.cursors.length > 0) server.add(...posts.splice(0).map(({ frame }) => frame));
  }, 20);
  const base = ['producers/main.ts', 'bluesky', '--dry-run'];
  const recorded = await runScript([...base, '--limit', '2', '--record', file], { env: environment() });
  clearInterval(adding);

  const replayed = await runScript([...base, '--replay', file], { env: environment() });

  expect(replayed.code).toBe(0);
  expect(recorded.stdout.trim().split('\n')).toHaveLength(2);
  expect(replayed.stdout).toBe(recorded.stdout);
}, 60_000);
