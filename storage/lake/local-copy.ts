import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { GetObjectCommand, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';
import pMap from 'p-map';
import * as z from 'zod';

import { parseJson } from '../../core/parse-json.ts';
import { UnreadableObjectError } from '../errors.ts';
import { listObjects, type ListedObject } from '../list-objects.ts';

/** How many objects are fetched at once. */
const CONCURRENCY = 16;
/** What the files of a copy were made of; beside the prefixes, where nobody looks for events. */
const RECORD_FILE = '.copied.json';

/** What the folders of copies that run begin with. */
const WORK_FOLDER = '.fetch-';
/** A copy that has begun no file for so long was killed. */
const ABANDONED_MS = 3_600_000;

/** A file as it was left: where it is another by now, its object is fetched again. */
const CopiedSchema = z.object({ etag: z.string(), sizeBytes: z.number(), modifiedMs: z.number() });
const RecordSchema = z.record(z.string(), CopiedSchema);

type Copied = z.infer<typeof CopiedSchema>;

export interface CopyDown {
  readonly s3: S3Client;
  readonly bucketName: string;
  /** What is copied: whole prefixes, each with `/` at its end. */
  readonly prefixes: readonly string[];
  /** Where the copy is kept; below it a file has the key of its object as its path. Only copies may lie there. */
  readonly folder: string;
  readonly onProgress?: (doneObjects: number, allObjects: number) => void;
}

/** What a copy has taken. */
export interface CopyResult {
  readonly objects: number;
  readonly fetched: number;
  readonly removed: number;
}

/**
 * Makes a folder equal to prefixes of a bucket: fetches objects that are new or have changed, each file at once and
 * whole, and removes the files of those that are gone. Cut short, or run twice at once, it leaves nothing half.
 * @throws UnreadableObjectError if a key cannot be a path
 */
export async function copyDown(copy: CopyDown): Promise<CopyResult> {
  const { prefixes, folder, onProgress } = copy;
  await mkdir(folder, { recursive: true });
  const before = await readRecord(folder);
  const listed = await listAll(copy);
  const after: Record<string, Copied> = Object.fromEntries(
    Object.entries(before).filter(([key]) => !prefixes.some((prefix) => key.startsWith(prefix))),
  );
  const changed: string[] = [];
  for (const [key, object] of listed) {
    const known = before[key];
    if (known && (await isStill(known, object, join(folder, key)))) after[key] = known;
    else changed.push(key);
  }
  const workFolder = await makeWorkFolder(folder);
  try {
    let done = 0;
    await pMap(
      changed,
      async (key, i) => {
        const copied = await fetchObject(copy, key, join(workFolder, String(i)));
        if (copied !== undefined) after[key] = copied;
        onProgress?.((done += 1), changed.length);
      },
      { concurrency: CONCURRENCY },
    );
    await writeFile(join(workFolder, 'record'), JSON.stringify(after));
    await rename(join(workFolder, 'record'), join(folder, RECORD_FILE));
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
  const removed = await removeOthers(folder, prefixes, new Set(Object.keys(after)));
  return { objects: listed.size, fetched: changed.length, removed };
}

/** Makes a folder to fetch into, and removes those of copies that were killed. */
async function makeWorkFolder(folder: string): Promise<string> {
  const made = await mkdtemp(join(folder, WORK_FOLDER));
  // By the clock that stamps both.
  const { mtimeMs: nowMs } = await stat(made);
  const names = (await readdir(folder)).filter((name) => name.startsWith(WORK_FOLDER));
  for (const path of names.map((name) => join(folder, name))) {
    const { mtimeMs = nowMs } = (await stat(path).catch(() => undefined)) ?? {};
    if (nowMs - mtimeMs > ABANDONED_MS) await rm(path, { recursive: true, force: true });
  }
  return made;
}

/** Empty objects hold no rows. */
async function listAll({ s3, bucketName, prefixes }: CopyDown): Promise<Map<string, ListedObject>> {
  const objects = new Map<string, ListedObject>();
  for (const prefix of prefixes)
    for await (const object of listObjects(s3, bucketName, prefix))
      if (object.sizeBytes > 0) objects.set(checkKey(object.key), object);
  return objects;
}

/** A key may hold anything; a file may not lie outside of the folder. */
function checkKey(key: string): string {
  const names = key.split('/');
  if (!names.some((name) => name === '' || name === '.' || name === '..' || /[\0\\]/.test(name))) return key;
  throw new UnreadableObjectError(`The object ${JSON.stringify(key)} has a key that cannot be the path of a file`);
}

async function isStill(known: Copied, { etag, sizeBytes }: ListedObject, path: string): Promise<boolean> {
  if (known.etag !== etag || known.sizeBytes !== sizeBytes) return false;
  const file = await stat(path).catch(() => undefined);
  return file?.size === known.sizeBytes && file.mtimeMs === known.modifiedMs;
}

/** Undefined where it has been removed since it was listed. */
async function fetchObject(copy: CopyDown, key: string, workPath: string): Promise<Copied | undefined> {
  const path = join(copy.folder, key);
  try {
    const answer = await copy.s3.send(new GetObjectCommand({ Bucket: copy.bucketName, Key: key }));
    if (!(answer.Body instanceof Readable)) throw new TypeError('S3 has answered without a stream');
    await pipeline(answer.Body, createWriteStream(workPath));
    // As old as its object: who compares times finds the same in every copy.
    if (answer.LastModified !== undefined) await utimes(workPath, answer.LastModified, answer.LastModified);
    const { size, mtimeMs } = await stat(workPath);
    if (size !== (answer.ContentLength ?? size)) throw new UnreadableObjectError(`The object ${key} broke off`);
    await mkdir(dirname(path), { recursive: true });
    await rename(workPath, path);
    return { etag: answer.ETag ?? '', sizeBytes: size, modifiedMs: mtimeMs };
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

async function removeOthers(folder: string, prefixes: readonly string[], kept: ReadonlySet<string>): Promise<number> {
  let removed = 0;
  for (const prefix of prefixes) {
    for (const path of await filesUnder(join(folder, prefix))) {
      const key = prefix + path.split(sep).join('/');
      if (kept.has(key)) continue;
      await rm(join(folder, key), { force: true });
      removed += 1;
    }
  }
  return removed;
}

/** Paths of all files below a folder, from there; none if it does not exist. */
async function filesUnder(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory());
    return files.map(({ parentPath, name }) => join(parentPath, name).slice(join(folder, sep).length));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** What an earlier copy has left; without it, or where it is damaged, everything is fetched again. */
async function readRecord(folder: string): Promise<Record<string, Copied>> {
  const text = await readFile(join(folder, RECORD_FILE), 'utf8').catch(() => '');
  return RecordSchema.safeParse(parseJson(text)).data ?? {};
}
