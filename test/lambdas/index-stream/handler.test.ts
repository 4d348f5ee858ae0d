import { expect, test } from 'vitest';
import * as z from 'zod';

import { synthApp, resourcesOf } from '../../support/app.ts';
import { kinesisEvent } from '../../support/aws/kinesis-event.ts';
import { startFakeSearch, type SearchRequest } from '../../support/fake-search.ts';
import { handlerLines } from '../../support/handler-lines.ts';
import { makePost } from '../../support/make-event.ts';

const SECRETS = ['q7Kingfisher', 'author4711', 'alicehandle'];
const [TEXT = '', AUTHOR = '', HANDLE = ''] = SECRETS;
const NOW_MS = Date.now();
const now = new Date(NOW_MS).toISOString();
const post = makePost({
  created_at: now,
  observed_at: now,
  text: TEXT,
  author: { id: AUTHOR, handle: HANDLE },
});
const batch = kinesisEvent([
  {
    shardId: 'shardId-000000000000',
    sequenceNumber: '1',
    partitionKey: 'p',
    arrivedAtMs: NOW_MS,
    data: Buffer.from(JSON.stringify(post)),
  },
]);
const CountsSchema = z.looseObject({
  EventsIndexed: z.number().optional(),
  IndexBlocked: z.number().optional(),
  FailedBatches: z.number().optional(),
});

/** What the function prints when the server answers `_bulk` so; the template is there. */
async function linesWhen(bulk: (request: SearchRequest) => { readonly status: number; readonly body: unknown }) {
  await using server = await startFakeSearch({
    first: (request) => {
      if (request.path === '/_bulk') return bulk(request);
      return request.path.startsWith('/_index_template') ? { status: 200 } : undefined;
    },
  });
  return await handlerLines('index-stream', batch, server.url);
}

function countsOf(lines: readonly string[]) {
  const counts = lines.map((line) => CountsSchema.parse(JSON.parse(line)));
  const sum = (name: 'EventsIndexed' | 'IndexBlocked' | 'FailedBatches') =>
    counts.reduce((total, line) => total + (line[name] ?? 0), 0);
  return { indexed: sum('EventsIndexed'), blocked: sum('IndexBlocked'), failed: sum('FailedBatches') };
}

const quoted = `failed to parse field [text] of type [date] ... '${SECRETS.join(' ')}'`;
const itemError = (status: number, type: string) => ({
  status: 200,
  body: { errors: true, items: [{ index: { status, error: { type, reason: quoted } } }] },
});

test.each([
  [
    'takes it',
    () => ({ status: 200, body: { errors: false, items: [{ index: { status: 201 } }] } }),
    { indexed: 1, blocked: 0, failed: 0 },
  ],
  ['is full', () => itemError(429, 'cluster_block_exception'), { indexed: 0, blocked: 1, failed: 1 }],
  ['is read only', () => itemError(403, 'cluster_block_exception'), { indexed: 0, blocked: 1, failed: 1 }],
  ['refuses it', () => itemError(400, 'mapper_parsing_exception'), { indexed: 0, blocked: 0, failed: 0 }],
  [
    'denies everything',
    ({ body }: SearchRequest) => ({ status: 403, body: { error: { type: 'security_exception', reason: body } } }),
    { indexed: 0, blocked: 1, failed: 1 },
  ],
])('where the server %s, the metrics say so, and no line quotes the post', async (_, bulk, counts) => {
  const lines = await linesWhen(bulk);

  expect(countsOf(lines)).toEqual(counts);
  for (const secret of SECRETS) expect(lines.join('\n')).not.toContain(secret);
});

test('the alarm looks at the metric that a blocked server raises', () => {
  const alarms = resourcesOf(synthApp({ search: 'true' }), 'AWS::CloudWatch::Alarm').map(
    ({ Properties }) => Properties,
  );

  expect(alarms).toContainEqual(
    expect.objectContaining({
      AlarmName: 'Groundswell-trends-search-index-stream-blocked',
      Namespace: 'Groundswell',
      MetricName: 'IndexBlocked',
      Dimensions: [{ Name: 'service', Value: 'trends-index-stream' }],
    }),
  );
});
