import { runCommand, UsageError } from '../deployment/command-line.ts';
import type { ProducerCommand } from './producer-command.ts';
import { fileCommand } from './sources/file-command.ts';
import { generatorCommand } from './sources/generator-command.ts';

/** Every source that can be started, by the name behind `npm run producer:`. */
const COMMANDS = { generator: generatorCommand, file: fileCommand } as const satisfies Record<string, ProducerCommand>;

const [name = '', ...args] = process.argv.slice(2);
const command = Object.entries(COMMANDS).find(([known]) => known === name)?.[1];
const usage =
  command?.usage ??
  Object.values(COMMANDS)
    .map((each) => each.usage)
    .join('\n\n');

await runCommand(usage, async () => {
  if (name === '--help' || args.includes('--help')) {
    console.log(usage);
    return 0;
  }
  if (command === undefined) throw new UsageError(`There is no producer ${JSON.stringify(name)}.`);
  return command.run(args);
});
