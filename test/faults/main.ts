import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

import { parseWholeNumber } from '../../deployment/option-values.ts';
import { runCommand, UsageError } from '../../deployment/command-line.ts';
import { mutate } from './mutate.ts';
import { MUTATIONS } from './mutations.ts';
import { runSeeds } from './run-seeds.ts';

const USAGE = `Usage: npm run faults -- [--seeds 1000] [--from 1] [--jobs N]
       npm run faults -- --seed 17 [--mutation NAME]
       npm run faults -- --mutation NAME | --mutations [--seeds 1000]
Runs the trends stage through simulated faults, a course of events per seed, and checks what is left. --seed: one of
them again, with everything that happens. --mutation: with a deliberate break of the product, which is to be noticed;
--mutations: with each of them in turn. Exit code 1 if something is wrong, or if a break is not noticed.`;

const MOST = 10_000_000;
const SHOWN = 5;

await runCommand(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '1000' },
      from: { type: 'string', default: '1' },
      seed: { type: 'string' },
      jobs: { type: 'string', default: String(availableParallelism()) },
      mutation: { type: 'string' },
      mutations: { type: 'boolean', default: false },
    },
  });
  const mutation = checkedMutation(values.mutation);
  if (values.seed !== undefined) return replay(parseWholeNumber('seed', values.seed, { min: 0, max: MOST }), mutation);
  const from = parseWholeNumber('from', values.from, { min: 0, max: MOST });
  const seeds = parseWholeNumber('seeds', values.seeds, { min: 1, max: MOST });
  const range = { from, to: from + seeds - 1, jobs: parseWholeNumber('jobs', values.jobs, { min: 1, max: 64 }) };
  if (values.mutations) return checkMutations(range);
  return checkSeeds({ ...range, mutation });
});

interface Range {
  readonly from: number;
  readonly to: number;
  readonly jobs: number;
  readonly mutation?: string | undefined;
}

function checkedMutation(name: string | undefined): string | undefined {
  if (name === undefined || MUTATIONS.some((known) => known.name === name)) return name;
  throw new UsageError(`--mutation is ${name}; allowed is ${MUTATIONS.map((known) => known.name).join(', ')}.`);
}

async function replay(seed: number, mutation: string | undefined): Promise<number> {
  for (const chosen of MUTATIONS) if (chosen.name === mutation) mutate(chosen);
  // Loaded only now: the product that it imports may have been broken.
  const { runSeed } = await import('./run-seed.ts');
  const { violations } = await runSeed(seed, (line) => console.log(line));
  for (const violation of violations) console.log(`WRONG ${violation}`);
  console.log(
    violations.length === 0 ? `Seed ${seed}: nothing is wrong.` : `Seed ${seed}: ${violations.length} wrong.`,
  );
  return violations.length === 0 ? 0 : 1;
}

async function checkSeeds(range: Range): Promise<number> {
  const faults = new Map<string, number>();
  let done = 0;
  const failing: number[] = [];
  await runSeeds(range, (report) => {
    done += 1;
    for (const [name, count] of report.faults) faults.set(name, (faults.get(name) ?? 0) + count);
    if (report.violations.length > 0) {
      failing.push(report.seed);
      tellFailure(report, range.mutation);
    }
    if (done % 100 === 0) console.error(`${done} of ${range.to - range.from + 1} seeds`);
    return failing.length < SHOWN;
  });
  console.log(`Faults: ${[...faults].map(([name, count]) => `${count} ${name}`).join(', ')}.`);
  console.log(`${done} seeds, ${failing.length} failed.`);
  return failing.length === 0 ? 0 : 1;
}

function tellFailure(report: { seed: number; violations: readonly string[] }, mutation: string | undefined): void {
  const again = `npm run faults -- --seed ${report.seed}${mutation === undefined ? '' : ` --mutation ${mutation}`}`;
  console.log(`Seed ${report.seed} failed; again with: ${again}`);
  for (const violation of report.violations.slice(0, SHOWN)) console.log(`  ${violation}`);
  if (report.violations.length > SHOWN) console.log(`  and ${report.violations.length - SHOWN} more`);
}

async function checkMutations(range: Range): Promise<number> {
  let survivors = 0;
  for (const { name, breaks } of MUTATIONS) {
    let seen: string | undefined;
    await runSeeds({ ...range, mutation: name }, ({ seed, violations: [first] }) => {
      if (first !== undefined) seen ??= `seed ${seed}: ${first}`;
      return seen === undefined;
    });
    if (seen === undefined) survivors += 1;
    console.log(`${seen === undefined ? 'NOT NOTICED' : 'noticed'}  ${name} (${breaks})${seen ? `, ${seen}` : ''}`);
  }
  console.log(`${MUTATIONS.length} breaks, ${survivors} not noticed.`);
  return survivors === 0 ? 0 : 1;
}
