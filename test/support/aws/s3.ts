import { createHash } from 'node:crypto';

import {
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3ServiceException,
  type S3Client,
} from '@aws-sdk/client-s3';

import { orderOf } from './expressions.ts';
import type { Network, Process } from './network.ts';

/** S3 in memory: strongly consistent, with conditional writes and listings in pages. */
export interface SimulatedS3 {
  /** The client of one process. */
  clientOf(process: Process): S3Client;
  /** The objects of a bucket by key. */
  objects(bucket: string): ReadonlyMap<string, Uint8Array>;
  /** Puts an object as a service does, at once. */
  put(bucket: string, key: string, body: Uint8Array): void;
}

const LARGEST_PAGE = 20;

type Buckets = Map<string, Map<string, Uint8Array>>;

/** An S3 behind a network; a bucket begins with its first object. */
export function simulatedS3(net: Network): SimulatedS3 {
  const buckets: Buckets = new Map();
  return {
    clientOf: (process) =>
      // The part of the client that the stores use; its overloads cannot be written out here.
      ({
        send: (command: unknown) =>
          net.call(process, {
            name: nameOf(command),
            throttle: slowDown,
            effect: () => execute(buckets, command, net),
          }),
      }) as unknown as S3Client,
    objects: (bucket) => bucketOf(buckets, bucket),
    put: (bucket, key, body) => void bucketOf(buckets, bucket).set(key, body),
  };
}

function execute(buckets: Buckets, command: unknown, net: Network): unknown {
  if (command instanceof PutObjectCommand) return putObject(buckets, command.input, net);
  if (command instanceof GetObjectCommand) return getObject(buckets, command.input);
  if (command instanceof ListObjectsV2Command) return listObjects(buckets, command.input, net);
  throw new TypeError('the simulated S3 does not know this command');
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
function putObject(
  buckets: Buckets,
  { Bucket, Key = '', Body, IfMatch, IfNoneMatch }: PutObjectCommand['input'],
  net: Network,
): unknown {
  const bucket = bucketOf(buckets, Bucket);
  const known = bucket.get(Key);
  const isConditional = IfMatch !== undefined || IfNoneMatch !== undefined;
  if (isConditional && net.isPartial()) throw failure('ConditionalRequestConflict', 409);
  if (IfMatch !== undefined && known === undefined) throw failure('NoSuchKey', 404);
  if (IfMatch !== undefined && known !== undefined && etagOf(known) !== IfMatch)
    throw failure('PreconditionFailed', 412);
  if (IfNoneMatch === '*' && known !== undefined) throw failure('PreconditionFailed', 412);
  const bytes = typeof Body === 'string' ? Buffer.from(Body) : Body;
  if (!(bytes instanceof Uint8Array)) throw new TypeError('the simulated S3 takes texts and bytes');
  bucket.set(Key, bytes);
  return { ETag: etagOf(bytes) };
}

function getObject(buckets: Buckets, { Bucket, Key = '' }: GetObjectCommand['input']): unknown {
  const bytes = bucketOf(buckets, Bucket).get(Key);
  if (bytes === undefined) throw new NoSuchKey({ message: 'The specified key does not exist.', $metadata: {} });
  return { ETag: etagOf(bytes), Body: { transformToByteArray: () => Promise.resolve(bytes) } };
}

function listObjects(
  buckets: Buckets,
  { Bucket, Prefix = '', ContinuationToken = '' }: ListObjectsV2Command['input'],
  net: Network,
): unknown {
  const keys = [...bucketOf(buckets, Bucket).keys()]
    .filter((key) => key.startsWith(Prefix) && orderOf(key, ContinuationToken) > 0)
    .toSorted(orderOf);
  const page = keys.slice(0, 1 + net.random.below(LARGEST_PAGE));
  return {
    ...(page.length > 0 && { Contents: page.map((Key) => ({ Key })) }),
    ...(page.length < keys.length && { NextContinuationToken: page.at(-1) }),
  };
}

/** As S3 does without a key of its own: equal bytes have an equal tag. */
function etagOf(bytes: Uint8Array): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`;
}

function bucketOf(buckets: Buckets, name = ''): Map<string, Uint8Array> {
  const bucket = buckets.get(name) ?? new Map<string, Uint8Array>();
  buckets.set(name, bucket);
  return bucket;
}

function nameOf(command: unknown): string {
  const { input, constructor } = command as { input: { Key?: string; Prefix?: string }; constructor: { name: string } };
  return `${constructor.name} ${input.Key ?? input.Prefix ?? ''}`;
}

function slowDown(): Error {
  return failure('SlowDown', 503);
}

function failure(name: string, httpStatusCode: number): Error {
  return new S3ServiceException({
    name,
    message: name,
    $fault: httpStatusCode < 500 ? 'client' : 'server',
    $metadata: { httpStatusCode },
  });
}
