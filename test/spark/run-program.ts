import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const MOST_BYTES = 64 * 1024 ** 2;

/** What a program says on stdout. @throws Error with the end of what it says on stderr, if it fails */
export async function runProgram(
  program: string,
  args: readonly string[],
  { env, cwd }: { readonly env: NodeJS.ProcessEnv; readonly cwd: string },
): Promise<string> {
  const { stdout } = await promisify(execFile)(program, [...args], { env, cwd, maxBuffer: MOST_BYTES });
  return stdout;
}
