import { parquetMetadataAsync, parquetRead, type AsyncBuffer, type ParquetReadOptions } from 'hyparquet';

import { columnsOf, type ParquetColumn } from './parquet-value.ts';
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
    const columns = columnsOf(metadata.schema).filter(({ name }) => name !== LEFT_OUT);
    for (const group of metadata.row_groups) {
      const [rowStart, rowEnd] = [rows, rows + Number(group.num_rows)];
      const found = await readRows({ file, metadata, rowStart, rowEnd }, columns);
      const sizeBytes = Math.ceil(Number(group.total_byte_size) / Math.max(1, found.length));
      yield found.map((row, i) => rowDocument(rowOf(row, columns), { number: rowStart + i + 1, sizeBytes }));
      rows = rowEnd;
    }
  } catch (error) {
    if (file.failure !== undefined) throw file.failure;
    if (!(error instanceof Error)) throw error;
    const detail = `the object cannot be read as Parquet beyond row ${rows}; it is in the lake`;
    yield [badDocument({ unit: 'row', number: rows + 1, document: 1 }, { reason: 'unprocessable', detail })];
  }
}

/** The values of rows in the order of the columns. */
async function readRows(
  part: Pick<ParquetReadOptions, 'file' | 'metadata' | 'rowStart' | 'rowEnd'>,
  columns: readonly ParquetColumn[],
): Promise<readonly (readonly unknown[])[]> {
  let rows: readonly (readonly unknown[])[] = [];
  await parquetRead({ ...part, columns: columns.map(({ name }) => name), onComplete: (found) => (rows = found) });
  return rows;
}

function rowOf(values: readonly unknown[], columns: readonly ParquetColumn[]): Readonly<Record<string, unknown>> {
  const row: Record<string, unknown> = {};
  for (let i = 0; i < columns.length; i++) {
    const { name = '', plain } = columns[i] ?? {};
    const value = plain?.(values[i]);
    if (value !== undefined) row[name] = value;
  }
  return row;
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
