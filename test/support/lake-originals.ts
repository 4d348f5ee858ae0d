import { gzipSync } from 'node:zlib';

import { planOriginals } from '../../lambdas/deliver-lake/plan-objects.ts';
import type { LakeStore } from '../../storage/lake/lake-store.ts';
import type { StoredRecord } from './aws/kinesis.ts';
import { lakeOf } from './index-world.ts';

const GATHERED_MS = 30_000;

/** Records as a lake keeps them as they came: without delimiter, a member of gzip for some of them at a time. */
export function originalsOf(records: readonly StoredRecord[]): Map<string, Uint8Array> {
  const objects = new Map<string, Uint8Array>();
  for (const [key, additions] of planOriginals(records)) {
    const half = Math.ceil(additions.length / 2);
    const members = [additions.slice(0, half), additions.slice(half)];
    objects.set(key, Buffer.concat(members.map((member) => gzipSync(Buffer.concat(member.map(({ bytes }) => bytes))))));
  }
  return objects;
}

/** A lake with nothing but originals, each object stored when it was full. */
export function originalsLake(objects: ReadonlyMap<string, Uint8Array>): LakeStore {
  return lakeOf(objects, (key) => (firstArrivalMs(key) ?? 0) + GATHERED_MS);
}

/** `<stream>-<version>-2026-11-20-17-38-30-<what makes it unique>` (https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html) */
const NAMED_AT = /-(\d{4}-\d\d-\d\d)-(\d\d)-(\d\d)-(\d\d)-[^/]*$/;

/** When the first record of an object came, by its name; undefined if it does not say so. */
function firstArrivalMs(key: string): number | undefined {
  const [, day, hour, minute, second] = NAMED_AT.exec(key) ?? [];
  const ms = Date.parse(`${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}
