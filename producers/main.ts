import { SOURCES } from '../core/sources.ts';
import { runCommand, UsageError } from '../deployment/command-line.ts';
import { allCommand } from './all-command.ts';
import { networkCommand } from './network/network-command.ts';
import { NETWORK_READERS } from './networks.ts';
import type { ProducerCommand } from './producer-command.ts';
import { fileCommand } from './sources/file-command.ts';
import { generatorCommand } from './sources/generator-command.ts';

/** Every producer that can be started, by the name behind `npm run producer:`; `all` is `npm run producer`. */
const COMMANDS: Readonly<Record<string, ProducerCommand>> = {
  generator: generatorCommand,
  file: fileCommand,
  ...Object.fromEntries(SOURCES.map((name) => [name, networkCommand(name, NETWORK_READERS[name], process.env)])),
  all: allCommand(NETWORK_READERS, process.env),
};

const [name = '', ...args] = process.argv.slice(2);
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
const usage =
  command?.usage ??
  Object.values(COMMANDS)
    .map((each) => each.usage)
    .join('\n\n');

await runCommand(usage, async () => {
  if (command === undefined) throw new UsageError(`There is no producer ${JSON.stringify(name)}.`);
  return command.run(args);
});
