import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';

import { LAKE_COLUMNS } from '../core/event-fields.ts';
import { athenaDdl, withColumnsMarkdown } from '../core/lake-ddl.ts';
import { columnsFile, incompatibility } from '../core/lake-schema.ts';
import { runCommand, SetupError } from '../deployment/command-line.ts';
import { LAKE_PREFIXES } from '../storage/lake/lake-layout.ts';

const USAGE = `Usage: npm run schema
       npm run --silent schema -- --ddl <bucket> [--parquet]
Writes the columns of the lake for Spark (jobs/spark/columns.json) and for people (docs/tables.md) after a field was
added to core/event-fields.ts. Refuses a change after which what the lake holds could not be read. --ddl: prints the
statements that make the tables over such a bucket in a catalog of your own; --parquet: where raw holds Parquet.`;

const COLUMNS_PATH = join(import.meta.dirname, '..', 'jobs', 'spark', 'columns.json');
const TABLES_PATH = join(import.meta.dirname, '..', 'docs', 'tables.md');
const ColumnsSchema = z.array(z.object({ name: z.string(), type: z.string() }));

await runCommand(USAGE, async () => {
  const { values } = parseArgs({ options: { ddl: { type: 'string' }, parquet: { type: 'boolean', default: false } } });
  if (values.ddl !== undefined) return console.log(ddl(values.ddl, values.parquet));
  const before = ColumnsSchema.parse(JSON.parse(await readFile(COLUMNS_PATH, 'utf8')));
  const problem = incompatibility(before, LAKE_COLUMNS);
  if (problem !== undefined) throw new SetupError(problem);
  await writeFile(COLUMNS_PATH, columnsFile(LAKE_COLUMNS));
  await writeFile(TABLES_PATH, withColumnsMarkdown(await readFile(TABLES_PATH, 'utf8')));
  const added = LAKE_COLUMNS.slice(before.length).map(({ name }) => name);
  console.log(added.length === 0 ? 'No column was added.' : `Added: ${added.join(', ')}.`);
});

function ddl(bucketName: string, isParquet: boolean): string {
  const at = (prefix: string): string => `s3://${bucketName}/${prefix}`;
  const rawFormat = isParquet ? 'parquet' : 'json';
  const raw = athenaDdl({ name: 'raw', format: rawFormat, location: at(LAKE_PREFIXES.raw) });
  return `${raw};\n\n${athenaDdl({ name: 'posts', format: 'parquet', location: at(LAKE_PREFIXES.posts) })};`;
}
