import type { Readable } from 'node:stream';

import { documentSplitter } from './document-splitter.ts';
import { gunzipChunks } from './gunzip-chunks.ts';
import { badDocument, type LakeDocument } from './lake-document.ts';
import { parquetDocuments } from './parquet-documents.ts';
import type { RangedObject } from './ranged-file.ts';

/** An object that is being read; its bytes from the beginning, and any part of it. */
export interface ObjectBytes extends RangedObject {
  readonly stream: Readable;
}

/** What is split at a time, so that what is found in it fits into memory however large the chunks are that come. */
const PIECE_BYTES = 256 * 1024;
const GZIP = Buffer.from([0x1f, 0x8b]);
const PARQUET = Buffer.from('PAR1');

/**
 * The documents of an object, a group at a time, in the order in which they lie in it: JSON in lines or without line
 * ends, compressed with gzip (several members too) or not, or Parquet. What it is, its first bytes say. Memory does not
 * depend on its size, but for Parquet on that of a row group.
 * @throws what reading throws; bytes that are themselves broken end it with a bad document
 */
export async function* objectDocuments(object: ObjectBytes): AsyncGenerator<readonly LakeDocument[]> {
  const chunks = object.stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  const head = await headOf(chunks);
  if (beginsWith(head, PARQUET)) {
    await chunks.return?.();
    yield* parquetDocuments(object);
    return;
  }
  const all = withHead(head, chunks);
  yield* jsonDocuments(beginsWith(head, GZIP) ? gunzipChunks(all) : all);
}

/** The first chunks, with as many bytes as the kinds of objects are told apart by, unless there are less. */
async function headOf(chunks: AsyncIterator<Uint8Array>): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < PARQUET.length) {
    const { value, done } = await chunks.next();
    if (done === true) break;
    head = Buffer.concat([head, value]);
  }
  return head;
}

async function* withHead(head: Uint8Array, chunks: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield head;
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
  } finally {
    await chunks.return?.();
  }
}

function beginsWith(bytes: Buffer, beginning: Buffer): boolean {
  return bytes.subarray(0, beginning.length).equals(beginning);
}

async function* jsonDocuments(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly LakeDocument[]> {
  const splitter = documentSplitter();
  let lastLine = 0;
  try {
    for await (const chunk of chunks)
      for (let from = 0; from < chunk.byteLength; from += PIECE_BYTES) {
        const documents = splitter.push(chunk.subarray(from, from + PIECE_BYTES));
        lastLine = documents.at(-1)?.place.number ?? lastLine;
        if (documents.length > 0) yield documents;
      }
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    yield brokenOff(splitter.end(), lastLine);
    return;
  }
  const documents = splitter.end();
  if (documents.length > 0) yield documents;
}

/** The last documents that could be had: what the break has cut is told of as that, and else the place behind them. */
function brokenOff(documents: readonly LakeDocument[], lineBefore: number): LakeDocument[] {
  const last = documents.at(-1);
  const isCut = last?.ok === false;
  const line = last?.place.number ?? lineBefore;
  const place = isCut ? last.place : ({ unit: 'line', number: line + 1, document: 1 } as const);
  const detail = `the object cannot be decompressed beyond line ${line}; it is in the lake`;
  const bad = badDocument(place, { reason: 'unprocessable', detail, ...(isCut && { data: last.data() }) });
  return [...(isCut ? documents.slice(0, -1) : documents), bad];
}

/** Whether what is wrong is in the bytes themselves, and so will be at every attempt. */
function isCorrupt(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');
}
