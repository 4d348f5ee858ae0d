import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { countOperations } from './count-operations.ts';

/** The rates that are counted, and for how long: an hour and more, so that hours close, where that is not too long. */
const COUNTED = [
  { rate: 0, minutes: 120 },
  { rate: 1, minutes: 120 },
  { rate: 10, minutes: 120 },
  { rate: 100, minutes: 70 },
] as const;

const counted = [];
for (const request of COUNTED) {
  console.error(`Counting ${request.minutes} minutes at ${request.rate} events a second …`);
  counted.push(await countOperations({ preset: 'trends', ...request }));
}
const date = new Date().toISOString().slice(0, 10);
const document = { command: 'npm run cost:count', date, counted };
await writeFile(
  join(import.meta.dirname, '..', 'cost', 'operations.json'),
  `${JSON.stringify(document, undefined, 2)}\n`,
);
