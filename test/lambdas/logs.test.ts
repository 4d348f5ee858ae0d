import { describe, expect, test } from 'vitest';
import * as z from 'zod';

import { minuteKey } from '../../core/windows.ts';
import { kinesisEvent } from '../support/aws/kinesis-event.ts';
import { startFakeAws, type AwsAnswer, type AwsRequest } from '../support/fake-aws.ts';
import { transformationEvent } from '../support/firehose/transformation-event.ts';
import { handlerLines } from '../support/handler-lines.ts';
import { makePost } from '../support/make-event.ts';

/** What no log may hold: a text, and whose it is. */
const SECRETS = ['q7Kingfisher', 'author4711', 'AliceSecretname', 'alicehandle', 'q7hashtag'];
const [TEXT = '', AUTHOR = '', NAME = '', HANDLE = '', HASHTAG = ''] = SECRETS;
const ALL = SECRETS.join(' ');

const NOW_MS = Date.now();
const now = new Date(NOW_MS).toISOString();
const post = makePost({
  id: `bluesky:did:plc:${AUTHOR}/1`,
  source: 'bluesky',
  created_at: now,
  observed_at: now,
  text: `${TEXT}\n    at ${TEXT} (${TEXT}.js:1:1)`,
  hashtags: [HASHTAG],
  author: { id: AUTHOR, name: NAME, handle: HANDLE },
});

const PAYLOADS: [string, string | object][] = [
  ['a post', post],
  ['a post cut off', JSON.stringify(post).slice(0, -20)],
  ['a text that is no JSON', `${ALL} {"text":`],
  ['a text as JSON', JSON.stringify(ALL)],
  ['a post with a wrong count', { ...post, metrics: { likes: -1 } }],
  ['a post with a text where a list belongs', { ...post, tags: ALL }],
  ['a post of an unknown source', { ...post, source: ALL, kind: ALL }],
  ['a post with a text as its time', { ...post, created_at: ALL }],
  ['a post with texts as keys', { ...post, metrics: { [ALL]: 1 }, author: { [ALL]: ALL } }],
  ['a post with a text as its version', { ...post, v: ALL }],
  ['an id that is too long', { ...post, id: `bluesky:${ALL.repeat(20)}` }],
];

const records = PAYLOADS.map(([, payload], i) => ({
  shardId: 'shardId-000000000000',
  sequenceNumber: String(i),
  partitionKey: AUTHOR,
  arrivedAtMs: NOW_MS,
  data: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
}));
const batch = kinesisEvent(records);
const firehoseBatch = transformationEvent(records);

/** An error of AWS that quotes what was sent, and more. */
function echo(code: string, { operation, url, body }: AwsRequest): AwsAnswer {
  const quoted = `${ALL} in ${decodeURIComponent(url)} ${body}`;
  if (/^[A-Z]+$/.test(operation))
    return {
      status: 400,
      body: `<Error><Code>${code}</Code><Message><![CDATA[${quoted}]]></Message><Key>${ALL}</Key></Error>`,
    };
  return { status: 400, body: JSON.stringify({ __type: code, message: quoted, Item: { text: { S: ALL } } }) };
}

const only =
  (operations: readonly string[], answer: (request: AwsRequest) => AwsAnswer) =>
  (request: AwsRequest): AwsAnswer | undefined =>
    operations.includes(request.operation) ? answer(request) : undefined;

const listed = (items: object[]) => ({ status: 200, body: JSON.stringify({ Items: items, Count: items.length }) });

/** A live mark of a closed minute, whose rows and summary are rubbish. */
function rubbish({ operation, body, url }: AwsRequest): AwsAnswer | undefined {
  if (operation === 'Query' && body.includes('"live#bluesky"'))
    return listed([{ key: { S: `${minuteKey(NOW_MS - 600_000)}#0` }, first: { S: 'a' }, last: { S: 'a' } }]);
  if (operation === 'Query' && body.includes('live_bluesky'))
    return listed([{ event_key: { S: ALL }, doc: { S: ALL }, key_words: { S: ALL } }]);
  if (operation === 'GET' && !url.includes('list-type')) return { status: 200, body: ALL };
  return undefined;
}

const SCHEDULED = { scheduled_time: ALL };
const badMark = only(['Query'], () => listed([{ key: { S: ALL }, first: { S: 'a' }, last: { S: ALL } }]));

type Answer = (request: AwsRequest) => AwsAnswer | undefined;

interface Case {
  readonly name: string;
  readonly when: string;
  readonly event: unknown;
  readonly answer: Answer;
  /** The messages of its lines. */
  readonly messages: readonly string[];
}

const calm: Answer = () => undefined;
const denied: Answer = only(['Query', 'GET'], (request) => echo('AccessDeniedException', request));
const WELL = ['batch written', 'records rejected'];
const STORED = ['batch stored', 'records rejected'];
const AGAIN = ['batch failed', 'the batch is tried again: a store did not take it'];
const FAILED = ['the invocation failed'];

const CASES: Case[] = [
  { name: 'write-live', when: 'all is well', event: batch, answer: calm, messages: WELL },
  ...(
    [
      ['BatchWriteItem', 'ValidationException', WELL],
      ['BatchWriteItem', 'AccessDeniedException', AGAIN],
      ['UpdateItem', 'ResourceNotFoundException', AGAIN],
      ['PUT', 'InvalidArgument', AGAIN],
    ] as const
  ).map(([operation, code, messages]) => ({
    name: 'write-live',
    when: `${operation} ends with ${code}`,
    event: batch,
    answer: only([operation], (request) => echo(code, request)),
    messages,
  })),
  {
    name: 'write-live',
    when: 'it is handed something else',
    event: { Records: [{ eventID: ALL, kinesis: { data: ALL, sequenceNumber: '1' } }] },
    answer: calm,
    messages: AGAIN,
  },
  { name: 'transform-lake', when: 'all is well', event: firehoseBatch, answer: calm, messages: STORED },
  {
    name: 'transform-lake',
    when: 'PUT ends with InvalidArgument',
    event: firehoseBatch,
    answer: only(['PUT'], (request) => echo('InvalidArgument', request)),
    messages: ['a rejected record could not be kept aside', 'batch stored'],
  },
  { name: 'transform-lake', when: 'it is handed something else', event: batch, answer: calm, messages: FAILED },
  { name: 'deliver-lake', when: 'all is well', event: batch, answer: calm, messages: STORED },
  ...['GET', 'PUT'].map((operation) => ({
    name: 'deliver-lake',
    when: `${operation} ends with AccessDenied`,
    event: batch,
    answer: only([operation], (request) => echo('AccessDenied', request)),
    messages: ['batch failed', 'the batch is tried again: the lake did not take it'],
  })),
  ...['aggregate-minute', 'aggregate-5-minute', 'aggregate-hour'].flatMap((name): Case[] => [
    { name, when: 'all is well', event: SCHEDULED, answer: calm, messages: ['run begins', 'run done'] },
    { name, when: 'it may not read', event: SCHEDULED, answer: denied, messages: FAILED },
    { name, when: 'it finds a mark that is none', event: SCHEDULED, answer: badMark, messages: FAILED },
    { name, when: 'it is asked for a text', event: { from: ALL, to: ALL }, answer: calm, messages: FAILED },
  ]),
  {
    name: 'aggregate-minute',
    when: 'it finds rubbish',
    event: SCHEDULED,
    answer: rubbish,
    messages: ['run begins', ...FAILED],
  },
  {
    name: 'watch-rejected',
    when: 'all is well',
    event: SCHEDULED,
    answer: calm,
    messages: ['rejected records looked at'],
  },
  { name: 'watch-rejected', when: 'it may not list', event: SCHEDULED, answer: denied, messages: FAILED },
];

const LineSchema = z.looseObject({
  level: z.enum(['INFO', 'ERROR']),
  message: z.string(),
  function: z.string(),
  service: z.string(),
});

describe.each(CASES)('$name, when $when', ({ name, event, answer, messages }) => {
  test('logs JSON lines with level, message and function, and no text or author', async () => {
    await using aws = await startFakeAws(answer);

    const lines = await handlerLines(name, event, aws.endpoint);

    const found = lines.map((line) => LineSchema.parse(JSON.parse(line)));
    const own = found.filter((line) => line.function !== 'lambda');
    expect([...new Set(own.map(({ message }) => message))].toSorted()).toEqual([...messages].toSorted());
    for (const line of own) expect(line).toMatchObject({ function: name, service: `trends-${name}` });
    expect(found.length - own.length, 'what is thrown').toBe(messages.includes(FAILED[0] ?? '') ? 1 : 0);
    expect(SECRETS.filter((secret) => lines.join('\n').includes(secret))).toEqual([]);
  });
});

test('the scan sees what a handler quotes, so that finding nothing means something', async () => {
  const requests: string[] = [];
  await using aws = await startFakeAws((request) => void requests.push(request.body));

  await handlerLines('write-live', batch, aws.endpoint);

  // What is kept and stored holds them, in the clear or in base64.
  const sent = requests.flatMap((body) => [
    body,
    ...[...body.matchAll(/"data":"([^"]+)"/g)].map(([, data = '']) => Buffer.from(data, 'base64').toString()),
  ]);
  expect(SECRETS.filter((secret) => !sent.join('\n').includes(secret))).toEqual([]);
});
