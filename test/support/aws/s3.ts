import { createHash } from 'node:crypto';

import {
  CopyObjectCommand,
  DeleteObjectCommand,
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

interface StoredObject {
  readonly bytes: Uint8Array;
  /** Epoch milliseconds. */
  readonly modifiedMs: number;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

type Buckets = Map<string, Map<string, StoredObject>>;

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
    objects: (bucket) => new Map([...bucketOf(buckets, bucket)].map(([key, { bytes }]) => [key, bytes])),
    put: (bucket, key, bytes) => void bucketOf(buckets, bucket).set(key, { bytes, modifiedMs: net.clock.now() }),
  };
}

function execute(buckets: Buckets, command: unknown, net: Network): unknown {
  if (command instanceof PutObjectCommand) return putObject(buckets, command.input, net);
  if (command instanceof GetObjectCommand) return getObject(buckets, command.input);
  if (command instanceof CopyObjectCommand) return copyObject(buckets, command.input, net);
  if (command instanceof DeleteObjectCommand) return deleteObject(buckets, command.input);
  if (command instanceof ListObjectsV2Command) return listObjects(buckets, command.input, net);
  throw new TypeError('the simulated S3 does not know this command');
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
function putObject(
  buckets: Buckets,
  { Bucket, Key = '', Body, IfMatch, IfNoneMatch, Metadata }: PutObjectCommand['input'],
  net: Network,
): unknown {
  const bucket = bucketOf(buckets, Bucket);
  const known = bucket.get(Key)?.bytes;
  const isConditional = IfMatch !== undefined || IfNoneMatch !== undefined;
  if (isConditional && net.isPartial()) throw failure('ConditionalRequestConflict', 409);
  if (IfMatch !== undefined && known === undefined) throw failure('NoSuchKey', 404);
  if (IfMatch !== undefined && known !== undefined && etagOf(known) !== IfMatch)
    throw failure('PreconditionFailed', 412);
  if (IfNoneMatch === '*' && known !== undefined) throw failure('PreconditionFailed', 412);
  const bytes = typeof Body === 'string' ? Buffer.from(Body) : Body;
  if (!(bytes instanceof Uint8Array)) throw new TypeError('the simulated S3 takes texts and bytes');
  bucket.set(Key, { bytes, modifiedMs: net.clock.now(), metadata: Metadata });
  return { ETag: etagOf(bytes) };
}

function getObject(buckets: Buckets, { Bucket, Key = '' }: GetObjectCommand['input']): unknown {
  const { bytes, metadata } = objectOf(buckets, Bucket, Key);
  const Body = {
    transformToByteArray: () => Promise.resolve(bytes),
    transformToString: () => Promise.resolve(Buffer.from(bytes).toString('utf8')),
  };
  return { ETag: etagOf(bytes), Body, Metadata: metadata };
}

/** @throws NoSuchKey */
function objectOf(buckets: Buckets, bucket: string | undefined, key: string): StoredObject {
  const found = bucketOf(buckets, bucket).get(key);
  if (found !== undefined) return found;
  throw new NoSuchKey({ message: 'The specified key does not exist.', $metadata: { httpStatusCode: 404 } });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html: the source is encoded as in an address. */
function copyObject(
  buckets: Buckets,
  { Bucket, Key = '', CopySource = '' }: CopyObjectCommand['input'],
  { clock }: Network,
): unknown {
  const [source = '', ...key] = decodeURIComponent(CopySource).split('/');
  const { bytes, metadata } = objectOf(buckets, source, key.join('/'));
  bucketOf(buckets, Bucket).set(Key, { bytes, modifiedMs: clock.now(), metadata });
  return { CopyObjectResult: { ETag: etagOf(bytes) } };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html: to delete what is not there is no error. */
function deleteObject(buckets: Buckets, { Bucket, Key = '' }: DeleteObjectCommand['input']): unknown {
  bucketOf(buckets, Bucket).delete(Key);
  return {};
}

function listObjects(
  buckets: Buckets,
  { Bucket, Prefix = '', ContinuationToken = '' }: ListObjectsV2Command['input'],
  net: Network,
): unknown {
  const objects = bucketOf(buckets, Bucket);
  const keys = [...objects.keys()]
    .filter((key) => key.startsWith(Prefix) && orderOf(key, ContinuationToken) > 0)
    .toSorted(orderOf);
  const page = keys.slice(0, 1 + net.random.below(LARGEST_PAGE));
  return {
    ...(page.length > 0 && {
      Contents: page.map((Key) => {
        const { bytes, modifiedMs } = objects.get(Key) ?? { bytes: [], modifiedMs: 0 };
        // As AWS lists it: in whole seconds.
        return { Key, LastModified: new Date(Math.floor(modifiedMs / 1_000) * 1_000), Size: bytes.length };
      }),
    }),
    ...(page.length < keys.length && { NextContinuationToken: page.at(-1) }),
  };
}

/** As S3 does without a key of its own: equal bytes have an equal tag. */
function etagOf(bytes: Uint8Array): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`;
}

function bucketOf(buckets: Buckets, name = ''): Map<string, StoredObject> {
  const bucket = buckets.get(name) ?? new Map<string, StoredObject>();
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
