import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { PutObjectCommand } from '@aws-sdk/client-s3';
import * as z from 'zod';

import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';

import { lakeRow } from '../../core/lake-row.ts';
import { lakeRowSettings } from '../../core/lake-settings.ts';
import { documentOf, documentVersion } from '../../core/search/post-document.ts';
import { searchEngine } from '../../core/search/search-engine.ts';
import type { SocialEvent } from '../../core/social-event.ts';
import { readLake, readSearch } from '../../deployment/read-outputs.ts';
import { clientConfig } from '../../deployment/target.ts';
import { s3Client } from '../../storage/aws-clients.ts';
import { eventKey } from '../../storage/event-key.ts';
import { dayPrefix } from '../../storage/lake/lake-layout.ts';
import { lakeLine } from '../../storage/lake/lake-record.ts';
import { searchClient } from '../../storage/search/search-client.ts';
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts';
import { parquetOf } from '../support/lake-parquet.ts';
import { randomEvents } from '../support/random-events.ts';
import { runScript } from '../support/run-script.ts';
import { startTestSearchServer, type TestSearchServer } from '../support/search-server.ts';

const HOUR_MS = 3_600_000;
const START_MS = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 2 * HOUR_MS;
const RanksSchema = z.array(z.object({ key_word: z.string() }));
/** A sandbox that found no server backs off for some seconds. */
const WITHIN = { timeout: 90_000, interval: 250 };

describe.skipIf('off' in inject('search'))('the deployed search stage', () => {
  let server: TestSearchServer;
  let emulator: TestEmulator;
  let folder: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'groundswell-search-'));
    server = await startTestSearchServer();
    emulator = await startTestEmulator({ preset: 'nba', settings: [`searchEndpoint=${server.url}`] });
    env = Object.fromEntries(
      Object.entries(emulator.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
  });
  afterAll(async () => {
    await emulator.stop();
    await server.stop();
    await rm(folder, { recursive: true });
  });

  /** Sends events, and waits until the live tables have them. */
  async function send(preset: string, events: readonly SocialEvent[]): Promise<void> {
    const file = join(folder, 'events.jsonl');
    await writeFile(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    const args = ['producers/main.ts', 'file', '--file', file, '--wait', '--json', '--preset', preset];
    const { code, stdout } = await runScript(args, { env });
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { sent: events.length }]);
  }

  /** Whether a keyword is among the best of the hour, as it is ranked now. */
  async function isRanked(preset: string, keyword: string): Promise<boolean> {
    const hour = ['--preset', preset, '--window', 'hour', '--at', new Date(START_MS).toISOString().slice(0, 16)];
    const aggregated = await runScript(['commands/aggregate.ts', ...hour], { env });
    const top = await runScript(['commands/top.ts', ...hour, '--limit', '100', '--json'], { env });
    expect([aggregated.code, top.code]).toEqual([0, 0]);
    return RanksSchema.parse(JSON.parse(top.stdout)).some(({ key_word }) => key_word === keyword);
  }

  /** What the index holds, by id: version and document, tombstones too. */
  async function indexed(preset: string): Promise<Map<string, string>> {
    const client = searchClient({ endpoint: server.url });
    const body = { version: true, query: { match_all: {} } };
    const index = `${preset}-posts-*`;
    await client.indices.refresh({ index });
    const answer = await client.search({ index, size: 10_000, body });
    return new Map(
      answer.body.hits.hits.map((hit) => [hit._id ?? '', `${hit._version} ${JSON.stringify(hit._source)}`]),
    );
  }

  /** What it ought to hold. */
  async function expected(preset: string, events: readonly SocialEvent[]): Promise<Map<string, string>> {
    const { SearchSettings } = await readSearch(emulator.target, preset);
    const engine = searchEngine(SearchSettings);
    const inOrder = events.toSorted((a, b) => documentVersion(a) - documentVersion(b));
    return new Map(
      inOrder.map((event) => [event.id, `${documentVersion(event)} ${JSON.stringify(documentOf(event, engine))}`]),
    );
  }

  test('finds a post that was sent, by the command', async () => {
    const [post] = someEvents('found', 1).filter(({ kind }) => kind === 'post');
    await send('nba', [{ ...post, text: 'Zyzzyva scores for the lakers' } as SocialEvent]);

    await vi.waitFor(async () => {
      const { stdout } = await runScript(['commands/search.ts', 'zyzzyva', '--preset', 'nba', '--json'], { env });
      expect(stdout).toContain(post?.id);
    }, WITHIN);
  });

  test('loses nothing while the server is away, and the live tables do not wait for it', async () => {
    const before = someEvents('before', 200);
    const meanwhile = someEvents('meanwhile', 300).map((event) =>
      event.kind === 'delete' ? event : { ...event, hashtags: ['outage'] },
    );
    await send('nba', before);
    await server.kill();

    // Returns when the live tables have all of them.
    await send('nba', meanwhile);
    expect(await isRanked('nba', 'outage')).toBe(true);
    const down = await runScript(['commands/search.ts', 'lakers', '--preset', 'nba'], { env });
    expect([down.code, down.stderr]).toEqual([1, expect.stringMatching(/search server/i)]);
    expect(down.stderr.trim().split('\n')).toHaveLength(1);
    await server.restart();

    const wanted = await expected('nba', [...before, ...meanwhile]);
    await vi.waitFor(
      async () => expect(new Map([...(await indexed('nba'))].filter(([id]) => wanted.has(id)))).toEqual(wanted),
      WITHIN,
    );
  });

  test('is fed from the live tables where the settings say so, with the same documents', async () => {
    await emulator.deploy('iphone', ['searchFeed=table']);
    const events = someEvents('table', 200);

    await send('iphone', events);

    const wanted = await expected('iphone', events);
    await vi.waitFor(async () => expect(await indexed('iphone')).toEqual(wanted), WITHIN);
  });

  test('is fed from the objects of the lake where the settings say so, and from any range of it again', async () => {
    await emulator.deploy('sentiment', ['searchFeed=lake']);
    const events = someEvents('lake', 200);
    const wanted = await expected('sentiment', events);
    const { LakeBucketName: Bucket, LakeSettings } = await readLake(emulator.target, 'sentiment');
    const s3 = s3Client(clientConfig(emulator.target));
    const rowSettings = lakeRowSettings(LakeSettings);
    const rows = events.map((event) =>
      lakeRow(event, { eventKey: eventKey(event), arrivedAtMs: Date.now() }, rowSettings),
    );

    const put = (name: string, Body: Uint8Array) =>
      s3.send(new PutObjectCommand({ Bucket, Key: `${dayPrefix(START_MS)}${name}`, Body }));
    // A third each: events as they were sent, rows in lines, rows in Parquet.
    const lines = events.filter((_, i) => i % 3 === 0).map((event) => `${JSON.stringify(event)}\n`);
    await put('part 1.jsonl.gz', gzipSync(lines.join('')));
    await put(
      'part 2',
      Buffer.from(
        rows
          .filter((_, i) => i % 3 === 1)
          .map(lakeLine)
          .join(''),
      ),
    );
    await put('part 3.parquet', await parquetOf(rows.filter((_, i) => i % 3 === 2)));
    await vi.waitFor(async () => expect(await indexed('sentiment')).toEqual(wanted), WITHIN);

    await searchClient({ endpoint: server.url }).indices.delete({ index: 'sentiment-posts-*' });
    const from = new Date(START_MS).toISOString().slice(0, 10);
    const again = await runScript(['commands/backfill.ts', '--preset', 'sentiment', '--from', from, '--json'], { env });
    expect([again.code, again.stderr]).toEqual([0, '']);
    expect(JSON.parse(again.stdout)).toMatchObject({ objects: 3, counts: { rejected: {} } });
    expect(await indexed('sentiment')).toEqual(wanted);
  });
});

/** Seeded events of the last hours; of an id no two observations of one moment. */
function someEvents(name: string, count: number): SocialEvent[] {
  const drawn = randomEvents({ seed: 11, count, fromMs: START_MS, toMs: START_MS + HOUR_MS, name });
  return [...new Map(drawn.map((event) => [`${event.id} ${event.observed_at}`, event])).values()];
}
