import * as z from 'zod';

import { TargetError } from './target.ts';
import { PRESET_NAMES } from '../presets/presets.ts';

/** Something that a person must put right; the message says what, in one sentence. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}

/** A command line that says something we do not know. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const ParseArgsErrorSchema = z.object({ code: z.string().startsWith('ERR_PARSE_ARGS'), message: z.string() });

/**
 * Runs a command for people and sets the exit code: what `run` returns (nothing: 0), 1 for what a person must put
 * right, 2 with the usage for a wrong command line; `--help` prints the usage. Only faults of ours show a stack trace.
 */
export async function runCommand(usage: string, run: () => Promise<number | void>): Promise<void> {
  process.stdout.on('error', endWithReader);
  if (process.argv.includes('--help')) {
    console.log(usage);
    return;
  }
  try {
    process.exitCode = (await run()) ?? 0;
  } catch (error) {
    const complaint = usageComplaint(error);
    if (complaint !== undefined) {
      console.error(`${complaint}\n\n${usage}`);
      process.exitCode = 2;
      return;
    }
    if (!(error instanceof SetupError || error instanceof TargetError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

/** Who reads the output (`| head`) has seen enough: there is nobody left to tell anything. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  // oxlint-disable-next-line unicorn/no-process-exit -- whatever still runs only makes more output
  process.exit(0);
}

/** @throws UsageError if there is no such preset */
export function checkPreset(name: string): string {
  if (PRESET_NAMES.some((known) => known === name)) return name;
  throw new UsageError(`There is no preset ${JSON.stringify(name)}; there is ${PRESET_NAMES.join(', ')}.`);
}

/** @throws UsageError if one of the settings is not written `name=value` */
export function checkSettings(settings: readonly string[]): readonly string[] {
  const wrong = settings.find((setting) => !/^[^=\s]+=/.test(setting));
  if (wrong === undefined) return settings;
  throw new UsageError(`-c is ${JSON.stringify(wrong)}; allowed is name=value.`);
}

function usageComplaint(error: unknown): string | undefined {
  if (error instanceof UsageError) return error.message;
  const { data } = ParseArgsErrorSchema.safeParse(error);
  return data === undefined ? undefined : ownWords(data.message);
}

/** One sentence with a full stop. Node adds advice on how to pass such a text as an argument; nobody wants that here. */
function ownWords(message: string): string {
  const option = /^Option '([^' ]+)[^']*' argument is ambiguous/.exec(message)?.[1];
  if (option !== undefined) return `${option} has no value; one that begins with a dash is written ${option}=-….`;
  return `${message.replace(/\. To specify .*$/s, '').replace(/\.$/, '')}.`;
}
