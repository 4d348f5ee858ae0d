import { type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

import { SetupError } from '../deployment/command-line.ts';

export interface CdkRun {
  /** The checkout. */
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  /** Folder of the file that takes what the CLI says; absent: the terminal does, and a person may answer its questions. */
  readonly logFolder?: string;
  /** Ends the CLI early. */
  readonly signal?: AbortSignal | undefined;
}

const ExitSchema = z.tuple([z.number().nullable()]).rest(z.unknown());
const SHOWN_LINES = 25;

/**
 * Runs the checkout's own CDK CLI.
 * @throws SetupError if it fails; with a log, its message begins with what the CLI said last
 */
export async function runCdk(args: readonly [command: string, ...string[]], run: CdkRun): Promise<void> {
  const [command] = args;
  if (run.logFolder === undefined) {
    if ((await exitCode(args, run, 'inherit')) !== 0) throw new SetupError(`cdk ${command} failed: see above.`);
    return;
  }
  await mkdir(run.logFolder, { recursive: true });
  const path = join(run.logFolder, `cdk-${command}.log`);
  const log = await open(path, 'w');
  try {
    const code = await exitCode([...args, '--ci', '--no-color'], run, ['ignore', log.fd, log.fd]);
    if (code === 0) return;
  } finally {
    await log.close();
  }
  const said = (await readFile(path, 'utf8')).trim().split('\n');
  throw new SetupError(`${said.slice(-SHOWN_LINES).join('\n')}\ncdk ${command} failed: the whole log is ${path}.`);
}

async function exitCode(args: readonly string[], { root, env, signal }: CdkRun, stdio: StdioOptions): Promise<number> {
  const child = spawn(join(root, 'node_modules', '.bin', 'cdk'), [...args, '--no-notices'], {
    cwd: root,
    env: { ...env, CDK_DISABLE_CLI_TELEMETRY: 'true' },
    stdio,
    signal,
  });
  const [code] = ExitSchema.parse(await once(child, 'exit'));
  return code ?? 1;
}
