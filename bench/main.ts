import { parseArgs } from 'node:util';

import { runCommand, UsageError } from '../deployment/command-line.ts';
import { missesOf, ratioOf, type Measurement, type Subject } from './measurement.ts';
import { profile } from './profile.ts';
import { markdownTable, readable } from './report.ts';
import { enrich, enrichForSeconds } from './subjects/enrich.ts';
import { bundles } from './subjects/bundles.ts';
import { hour } from './subjects/hour.ts';
import { lake } from './subjects/lake.ts';
import { local } from './subjects/local.ts';
import { minute } from './subjects/minute.ts';
import { networks } from './subjects/networks.ts';
import { olderRows } from './subjects/older-rows.ts';
import { reobserved } from './subjects/reobserved.ts';
import { search } from './subjects/search.ts';
import { sink } from './subjects/sink.ts';

const SUBJECTS: readonly Subject[] = [
  enrich,
  minute,
  hour,
  olderRows,
  reobserved,
  sink,
  networks,
  local,
  search,
  lake,
  bundles,
];
const PROFILED_SECONDS = 5;

const USAGE = `Usage: npm run bench [-- SUBJECT …]
       npm run bench -- enrich --profile
Measures each subject beside its baseline in the same run, and prints one table with the ratios. --profile: where the
time of the core goes. Ends with 1 where a ratio is below what it must be.
${SUBJECTS.map(({ name, about }) => `  ${name.padEnd(12)}${about}`).join('\n')}`;

await runCommand(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { profile: { type: 'boolean', default: false } },
  });
  const subjects = positionals.length === 0 ? SUBJECTS : positionals.map(subjectOf);
  if (values.profile) return printProfile();
  const measurements: Measurement[] = [];
  for (const subject of subjects) {
    console.error(`Measuring ${subject.name}: ${subject.about} …`);
    measurements.push(...(await subject.measure()));
  }
  console.log(markdownTable(measurements));
  const misses = missesOf(measurements);
  for (const miss of misses) console.error(missText(miss));
  return misses.length === 0 ? 0 : 1;
});

function missText(miss: Measurement): string {
  return `${miss.what}: x ${readable(ratioOf(miss) ?? Number.NaN)} of ${miss.baseline?.what}; it must be x ${miss.leastRatio} or more.`;
}

function subjectOf(name: string): Subject {
  const subject = SUBJECTS.find((known) => known.name === name);
  if (subject !== undefined) return subject;
  throw new UsageError(`There is no subject ${name}; there are ${SUBJECTS.map((known) => known.name).join(', ')}.`);
}

async function printProfile(): Promise<number> {
  for (const line of await profile(() => enrichForSeconds(PROFILED_SECONDS))) console.log(line);
  return 0;
}
