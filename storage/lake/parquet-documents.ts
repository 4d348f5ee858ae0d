import { parquetMetadataAsync, parquetRead, type FileMetaData, type RowGroup } from 'hyparquet';

import { badDocument, type LakeDocument } from './lake-document.ts';
import { columnsOf, type ParquetColumn } from './parquet-value.ts';
import { rangedFile, type RangedFile, type RangedObject } from './ranged-file.ts';

/** The payloads of the networks, which take most of an object; no reader of rows looks at them. */
const LEFT_OUT = 'raw';
/** The largest row group that is read. */
export interface ParquetLimits {
  /** @default - 300,000 */
  readonly maxGroupRows?: number;
  /** Of the columns that are read, decompressed. @default - 96 MiB */
  readonly maxGroupBytes?: number;
}

/**
 * A group of 300,000 rows and 80 MB takes 831 MB where the heap may grow to 921, and less where it may not, of the 1,074
 * that `index-lake` has (docs/benchmarks.md). Firehose makes groups of 64 MiB here (`lib/lake/delivery-stream.ts`).
 */
const MAX_GROUP = { maxGroupRows: 300_000, maxGroupBytes: 96 * 1024 * 1024 };
/** Rows that are made of columns at a time. */
const SLICE_ROWS = 1_000;
/** What is kept of a column that no row has. */
const NOTHING: readonly unknown[] = [];

/**
 * The rows of a Parquet object, some at a time: what it holds of the object is the columns of one row group. Absent
 * values are left out, integers are numbers, and so are decimals. Payloads (`raw`) are not read.
 * @throws what `read` throws; a row group beyond the limits is one bad document; an object that cannot be read as
 * Parquet ends with one
 */
export async function* parquetDocuments(
  object: RangedObject,
  limits: ParquetLimits = {},
): AsyncGenerator<readonly LakeDocument[]> {
  const file = rangedFile(object);
  let rows = 0;
  try {
    const metadata = await parquetMetadataAsync(file);
    for (const group of metadata.row_groups) {
      const end = rows + Number(group.num_rows);
      for await (const documents of groupDocuments({ file, metadata, group, rowStart: rows }, limits)) {
        yield documents;
        rows += documents.length;
      }
      rows = end;
    }
  } catch (error) {
    if (file.failure !== undefined) throw file.failure;
    if (!(error instanceof Error)) throw error;
    yield [unreadable(rows, `the object cannot be read as Parquet beyond row ${rows}; it is in the lake`)];
  }
}

/** Of the row behind `rows` ones. */
function unreadable(rows: number, detail: string): LakeDocument {
  return badDocument({ unit: 'row', number: rows + 1, document: 1 }, { reason: 'unprocessable', detail });
}

interface GroupPart {
  readonly file: RangedFile;
  readonly metadata: FileMetaData;
  readonly group: RowGroup;
  /** Of its first row, from 0. */
  readonly rowStart: number;
}

async function* groupDocuments(part: GroupPart, limits: ParquetLimits): AsyncGenerator<readonly LakeDocument[]> {
  const { group, metadata, rowStart } = part;
  const [count, bytes] = [Number(group.num_rows), sizeOf(group)];
  const { maxGroupRows, maxGroupBytes } = { ...MAX_GROUP, ...limits };
  if (count > maxGroupRows || bytes > maxGroupBytes) {
    const size = `${count} rows and ${bytes} bytes; at most ${maxGroupRows} and ${maxGroupBytes} can be read`;
    yield [unreadable(rowStart, `a row group has ${size}: write the object anew in smaller row groups`)];
    return;
  }
  const columns = columnsOf(metadata.schema).filter(({ name }) => name !== LEFT_OUT);
  const values = await readColumns(part, columns);
  const sizeBytes = Math.ceil(bytes / Math.max(1, count));
  for (let from = 0; from < count; from += SLICE_ROWS)
    yield Array.from({ length: Math.min(SLICE_ROWS, count - from) }, (_, i) =>
      rowDocument(rowOf(values, columns, from + i), { number: rowStart + from + i + 1, sizeBytes }),
    );
}

/** The bytes of the columns that are read, as they are when they are decompressed. */
function sizeOf(group: RowGroup): number {
  return chunksOf(group).reduce((sum, { total_uncompressed_size }) => sum + Number(total_uncompressed_size), 0);
}

function chunksOf({ columns }: RowGroup) {
  return columns.flatMap(({ meta_data }) =>
    meta_data === undefined || meta_data.path_in_schema[0] === LEFT_OUT ? [] : [meta_data],
  );
}

/**
 * The values of the rows of a group, column by column, as their JSON would be read. One column after the other, because
 * one that is being decoded takes several times what is kept of it; their bytes in one request.
 */
async function readColumns(
  { file, metadata, group, rowStart }: GroupPart,
  columns: readonly ParquetColumn[],
): Promise<readonly (readonly unknown[])[]> {
  const chunks = chunksOf(group);
  const starts = chunks.map(({ dictionary_page_offset: dictionary, data_page_offset: first }) =>
    Number(dictionary !== undefined && dictionary > 0n ? dictionary : first),
  );
  const ends = chunks.map(({ total_compressed_size }, i) => (starts[i] ?? 0) + Number(total_compressed_size));
  const [from, to] = [Math.min(...starts), Math.max(...ends)];
  // Payloads may lie between them.
  if (to - from <= MAX_GROUP.maxGroupBytes) await file.hold(from, to);
  const part = { file, metadata, rowStart, rowEnd: rowStart + Number(group.num_rows) };
  const values: (readonly unknown[])[] = [];
  for (const { name, plain } of columns) {
    const pages: ArrayLike<unknown>[] = [];
    await parquetRead({ ...part, columns: [name], onChunk: ({ columnData }) => void pages.push(columnData) });
    const found = pages.flatMap((page) => Array.from(page, plain));
    values.push(found.some((value) => value !== undefined) ? found : NOTHING);
  }
  return values;
}

function rowOf(
  values: readonly (readonly unknown[])[],
  columns: readonly ParquetColumn[],
  at: number,
): Readonly<Record<string, unknown>> {
  const row: Record<string, unknown> = {};
  for (let i = 0; i < columns.length; i++) {
    const value = values[i]?.[at];
    if (value !== undefined) row[columns[i]?.name ?? ''] = value;
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
