import { parquetMetadataAsync, parquetReadObjects, type AsyncBuffer, type FileMetaData } from 'hyparquet';

import { plainRow } from './parquet-value.ts';
import { badDocument, type LakeDocument } from './lake-document.ts';

/** An object whose parts can be read in any order. */
export interface RangedObject {
  readonly sizeBytes: number;
  /** The bytes in [from, to). */
  readonly read: (from: number, to: number) => Promise<Uint8Array>;
}

/** The payloads of the networks, which take most of an object; no reader of rows looks at them. */
const LEFT_OUT = 'raw';

/**
 * The rows of a Parquet object, one row group at a time: what it holds of the object is one row group. Absent values
 * are left out, integers are numbers, and so are decimals. Payloads (`raw`) are not read.
 * @throws what `read` throws; an object that cannot be read as Parquet ends with a bad document
 */
export async function* parquetDocuments(object: RangedObject): AsyncGenerator<readonly LakeDocument[]> {
  const file = rangedFile(object);
  let rows = 0;
  try {
    const metadata = await parquetMetadataAsync(file);
    const columns = columnsOf(metadata);
    for (const group of metadata.row_groups) {
      const [rowStart, rowEnd] = [rows, rows + Number(group.num_rows)];
      const found = await parquetReadObjects({ file, metadata, columns, rowStart, rowEnd });
      const sizeBytes = Math.ceil(Number(group.total_byte_size) / Math.max(1, found.length));
      yield found.map((row, i) => rowDocument(plainRow(row, metadata.schema), { number: rowStart + i + 1, sizeBytes }));
      rows = rowEnd;
    }
  } catch (error) {
    if (file.failure !== undefined) throw file.failure;
    if (!(error instanceof Error)) throw error;
    const detail = `the object cannot be read as Parquet beyond row ${rows}; it is in the lake`;
    yield [badDocument({ unit: 'row', number: rows + 1, document: 1 }, { reason: 'unprocessable', detail })];
  }
}

function columnsOf({ schema }: FileMetaData): string[] {
  return topLevel(schema).filter((name) => name !== LEFT_OUT);
}

/** The schema is a tree, written down depth first. */
function topLevel(schema: FileMetaData['schema']): string[] {
  const names: string[] = [];
  let at = 1;
  while (at < schema.length) {
    names.push(schema[at]?.name ?? '');
    at = behind(schema, at);
  }
  return names;
}

function behind(schema: FileMetaData['schema'], at: number): number {
  let next = at + 1;
  for (let child = 0; child < (schema[at]?.num_children ?? 0); child++) next = behind(schema, next);
  return next;
}

function rowDocument(
  value: Readonly<Record<string, unknown>>,
  { number, sizeBytes }: { readonly number: number; readonly sizeBytes: number },
): LakeDocument {
  const place = { unit: 'row', number, document: 1 } as const;
  return { ok: true, place, value, sizeBytes, data: () => Buffer.from(JSON.stringify(value)) };
}

/** Remembers why a part could not be had, which says nothing of what is in the object. */
interface RangedFile extends AsyncBuffer {
  failure: Error | undefined;
}

function rangedFile({ sizeBytes, read }: RangedObject): RangedFile {
  const file: RangedFile = {
    byteLength: sizeBytes,
    failure: undefined,
    async slice(from, to = sizeBytes) {
      try {
        const bytes = await read(from, Math.min(to, sizeBytes));
        return new Uint8Array(bytes).buffer;
      } catch (error) {
        file.failure ??= error instanceof Error ? error : new Error(String(error), { cause: error });
        throw error;
      }
    },
  };
  return file;
}
