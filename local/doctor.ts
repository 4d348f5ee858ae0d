import { parseArgs } from 'node:util';

import { runCommand } from '../deployment/command-line.ts';
import { checkAll } from './doctor-checks.ts';
import type { Check } from './doctor-tools.ts';

const USAGE = 'Usage: npm run doctor   says what is there, what is missing and what that costs';

await runCommand(USAGE, async () => {
  parseArgs({ options: {} });
  const checks = await checkAll();
  const width = Math.max(...checks.map(({ name }) => name.length));
  for (const check of checks) console.log(show(check, width));
  const missing = checks.filter(({ isOk, isNecessary }) => isNecessary && !isOk).map(({ name }) => name);
  console.log(
    missing.length === 0 ? '\nAll that is necessary is there.' : `\nNecessary and missing: ${missing.join(', ')}.`,
  );
  return missing.length === 0 ? 0 : 1;
});

function show({ name, isOk, found, consequence, remedy }: Check, width: number): string {
  const line = `${isOk ? 'ok     ' : 'missing'}  ${name.padEnd(width)}  ${found}`;
  if (isOk) return line;
  const indent = ' '.repeat('missing'.length + width + 4);
  return `${line}\n${indent}costs: ${consequence}\n${indent}remedy: ${remedy}`;
}
