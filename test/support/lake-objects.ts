import { gunzipSync } from 'node:zlib';

/** Objects of a bucket, by key. */
export type Objects = ReadonlyMap<string, Uint8Array>;

/** An object as it was before it was compressed. */
export interface PlainObject {
  readonly key: string;
  readonly bytes: Buffer;
}

/** The objects under a prefix, in the order of their keys. */
export function plainObjects(objects: Objects, prefix: string): PlainObject[] {
  return [...objects]
    .filter(([key]) => key.startsWith(prefix))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, bytes]) => ({ key, bytes: Buffer.from(key.endsWith('.gz') ? gunzipSync(bytes) : bytes) }));
}

/** A document of an object, and the folder that the object lies in. */
export interface StoredDocument {
  readonly folder: string;
  readonly document: Readonly<Record<string, unknown>>;
}

/** The documents of the objects under a prefix, one a line. @throws Error if an object does not end with a line */
export function storedDocuments(objects: Objects, prefix: string): StoredDocument[] {
  return plainObjects(objects, prefix).flatMap(({ key, bytes }) => {
    const lines = bytes.toString('utf8').split('\n');
    if (lines.pop() !== '') throw new Error(`${key} does not end with a line end`);
    const folder = key.slice(0, key.lastIndexOf('/') + 1);
    return lines.map((line) => ({ folder, document: JSON.parse(line) as Record<string, unknown> }));
  });
}
