import { runCommand, UsageError } from '../../deployment/command-line.ts';
import { readLocalSettings } from '../settings.ts';
import { ensureSpark, runSpark } from './spark.ts';

const USAGE = `Usage: node local/run.mjs local/spark/main.ts ARGUMENT …
Runs Python with PySpark in the checkout, with the arguments as they are; installs it on first use.`;

await runCommand(USAGE, async () => {
  const args = process.argv.slice(2);
  if (args.length === 0) throw new UsageError('Say what Python is to run.');
  return runSpark(await ensureSpark(readLocalSettings().cacheFolder), args);
});
