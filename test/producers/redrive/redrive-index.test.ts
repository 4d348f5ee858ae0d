import { beforeEach, expect, test } from 'vitest';

import { searchEngine } from '../../../core/search/search-engine.ts';
import { redrive, type RedriveSummary } from '../../../producers/redrive/redrive.ts';
import { seededRandom } from '../../../producers/sources/generator/random.ts';
import { TransientStoreError } from '../../../storage/errors.ts';
import { GIVEN_UP } from '../../../storage/kept-object.ts';
import { keptStoreIn } from '../../../storage/kept-store.ts';
import { keepRejectedIn, rejectedKey, type RejectedRecord } from '../../../storage/rejected-store.ts';
import type { BulkSink } from '../../../storage/search/bulk-sink.ts';
import type { IndexDeps } from '../../../storage/search/index-events.ts';
import { SearchRefusedError } from '../../../storage/search/search-errors.ts';
import { failureObject } from '../../support/aws/kinesis-event.ts';
import { network } from '../../support/aws/network.ts';
import { simulatedS3, type SimulatedS3 } from '../../support/aws/s3.ts';
import { makeSearchSettings } from '../../support/index-world.ts';
import { makePost } from '../../support/make-event.ts';
import { virtualClock, type VirtualClock } from '../../support/virtual-clock.ts';

const NOW_MS = Date.parse('2026-11-20T18:00:00.000Z');
const BUCKET = 'kept';
const ME = { name: 'redrive', isAlive: true };

let clock: VirtualClock;
let s3: SimulatedS3;
/** Texts that the stream has taken, in their order. */
let sent: string[];
/** Ids that the index holds. */
let indexed: string[];

beforeEach(() => {
  clock = virtualClock(NOW_MS);
  s3 = simulatedS3(network(clock, seededRandom(5)));
  sent = [];
  indexed = [];
});

/** A server that refuses, or does not take, what it is told by id. */
function server({ refused = [], untaken = [] }: { refused?: string[]; untaken?: string[] } = {}): BulkSink {
  return {
    async write(operations) {
      const taken = operations.filter(({ id }) => !refused.includes(id) && !untaken.includes(id));
      indexed.push(...taken.map(({ id }) => id));
      return {
        stored: taken.length,
        stale: 0,
        refused: operations
          .filter(({ id }) => refused.includes(id))
          .map((operation) => ({ operation, detail: '400 mapper_parsing_exception' })),
        unfinished: operations.filter(({ id }) => untaken.includes(id)),
        isBlocked: false,
      };
    },
  };
}

function run(sink: BulkSink | undefined): Promise<RedriveSummary> {
  const client = s3.clientOf(ME);
  const settings = makeSearchSettings();
  const index: IndexDeps | undefined = sink && {
    sink,
    settings,
    engine: searchEngine(settings),
    now: () => clock.now(),
    keepRejected: keepRejectedIn({ s3: client, bucketName: BUCKET }),
  };
  const stream = {
    put: async (data: Uint8Array) => void sent.push(Buffer.from(data).toString('utf8')),
    flush: async () => undefined,
  };
  const deps = { inTimeFromMs: 0, stop: new AbortController().signal, onProgress: () => undefined };
  return clock.run(
    redrive({ ...deps, store: keptStoreIn({ s3: client, bucketName: BUCKET }), sink: stream, index }, { sinceMs: 0 }),
  );
}

function recordOf(id: string): RejectedRecord {
  return {
    reason: 'index_refused',
    detail: '400 strict_dynamic_mapping_exception',
    shardId: 'live-1',
    sequenceNumber: id,
    partitionKey: '00',
    arrivedAtMs: NOW_MS,
    data: Buffer.from(JSON.stringify(makePost({ id: `twitter:${id}` }))),
  };
}

async function keep(record: RejectedRecord): Promise<string> {
  await clock.run(keepRejectedIn({ s3: s3.clientOf(ME), bucketName: BUCKET })(record));
  return rejectedKey(record);
}

function giveUp(...records: readonly RejectedRecord[]): string {
  const object = failureObject({ condition: 'RecordAgeExceeded', records, attempts: 50 }, NOW_MS);
  const key = 'aws/lambda/mapping/shard/a';
  s3.put(BUCKET, key, Buffer.from(JSON.stringify(object)));
  return key;
}

function openKeys(): string[] {
  return [...s3.objects(BUCKET).keys()].filter((key) => !key.startsWith('redriven/'));
}

test('a batch that was given up is on the stream and in the index before it is moved away', async () => {
  giveUp(recordOf('1'), recordOf('2'));

  expect(await run(server())).toMatchObject({ reasons: [{ reason: GIVEN_UP, sent: 2 }] });

  expect(sent).toHaveLength(2);
  expect(indexed).toEqual(['twitter:1', 'twitter:2']);
  expect(openKeys()).toEqual([]);
});

test('what only the index lacks is put into the index alone', async () => {
  await keep(recordOf('1'));

  expect(await run(server())).toMatchObject({ reasons: [{ reason: 'index_refused', sent: 1 }] });

  expect(sent).toEqual([]);
  expect(indexed).toEqual(['twitter:1']);
  expect(openKeys()).toEqual([]);
});

test('without an index all goes to the stream', async () => {
  await keep(recordOf('1'));

  await run(undefined);

  expect(sent).toHaveLength(1);
  expect(openKeys()).toEqual([]);
});

test('what the index refuses as before stays as it is, however often it is sent', async () => {
  const key = await keep(recordOf('1'));
  const before = s3.objects(BUCKET).get(key);

  for (let i = 0; i < 3; i++) {
    const { reasons, untaken } = await run(server({ refused: ['twitter:1'] }));
    expect(reasons).toMatchObject([{ records: 1, sent: 0 }]);
    expect(untaken).toBeUndefined();
  }

  expect([...s3.objects(BUCKET)]).toEqual([[key, before]]);
});

test('what the index refuses of a batch is kept once under the key of its record, and can be sent later', async () => {
  giveUp(recordOf('1'), recordOf('2'));

  await run(server({ refused: ['twitter:2'] }));
  await run(server({ refused: ['twitter:2'] }));

  expect(openKeys()).toEqual([rejectedKey(recordOf('2'))]);
  expect(sent).toHaveLength(2);
  await run(server());
  expect(openKeys()).toEqual([]);
  expect(indexed).toEqual(['twitter:1', 'twitter:2']);
});

test('an object of which the index does not take everything stays, others go', async () => {
  const stays = giveUp(recordOf('1'), recordOf('2'));
  await keep(recordOf('3'));

  const { untaken } = await run(server({ untaken: ['twitter:2'] }));

  expect(openKeys()).toEqual([stays]);
  expect(untaken).toEqual({ objects: 1, problem: 'the search server does not take documents now' });
  expect(sent).toHaveLength(2);
  await run(server());
  expect(openKeys()).toEqual([]);
});

test.each([
  new TransientStoreError('The search server is away'),
  new SearchRefusedError('Looking for the index template', 403, undefined),
])('a server that cannot be used is asked once, and the stream gets everything nevertheless: %s', async (error) => {
  for (let i = 0; i < 100; i++) await keep({ ...recordOf(`${i}`), reason: 'row_too_large' });
  let requests = 0;
  const write = async (): Promise<never> => {
    requests += 1;
    throw error;
  };

  expect((await run({ write })).untaken).toEqual({
    objects: 100,
    problem: expect.stringContaining(error.message),
  });

  expect(requests).toBe(1);
  expect(sent).toHaveLength(100);
  expect(openKeys()).toHaveLength(100);
});

test('what is no event is left to those that read the stream', async () => {
  await keep({ ...recordOf('1'), reason: 'not_json', data: Buffer.from('{') });

  await run(server());

  expect(sent).toEqual(['{']);
  expect(indexed).toEqual([]);
  expect(openKeys()).toEqual([]);
});
