import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';

import { LAKE_COLUMNS } from '../core/event-fields.ts';
import { columnsFile, incompatibility } from '../core/lake-schema.ts';
import { runCommand, SetupError } from '../deployment/command-line.ts';

const USAGE = `Usage: npm run schema
Writes the columns of the lake for Spark (jobs/spark/columns.json) after a field was added to core/event-fields.ts.
Refuses a change after which what the lake holds could not be read.`;

const COLUMNS_PATH = join(import.meta.dirname, '..', 'jobs', 'spark', 'columns.json');
const ColumnsSchema = z.array(z.object({ name: z.string(), type: z.string() }));

await runCommand(USAGE, async () => {
  parseArgs({ options: {} });
  const before = ColumnsSchema.parse(JSON.parse(await readFile(COLUMNS_PATH, 'utf8')));
  const problem = incompatibility(before, LAKE_COLUMNS);
  if (problem !== undefined) throw new SetupError(problem);
  await writeFile(COLUMNS_PATH, columnsFile(LAKE_COLUMNS));
  const added = LAKE_COLUMNS.slice(before.length).map(({ name }) => name);
  console.log(added.length === 0 ? 'No column was added.' : `Added: ${added.join(', ')}.`);
});
