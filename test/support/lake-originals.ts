import { gzipSync } from 'node:zlib';

import { planOriginals } from '../../lambdas/deliver-lake/plan-objects.ts';
import type { LakeStore } from '../../storage/lake/lake-store.ts';
import { firstArrivalMs } from '../../storage/lake/originals.ts';
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
