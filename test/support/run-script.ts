import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** What a command of the repo printed, and how it ended. */
export interface ScriptResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ScriptOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Written to its standard input, which is closed after it. @default - nothing */
  readonly input?: string;
}

const ROOT = join(import.meta.dirname, '..', '..');

/** Runs one of the repo's TypeScript files as its npm script does, and waits for it. */
export async function runScript(args: readonly string[], { env, input = '' }: ScriptOptions): Promise<ScriptResult> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], { cwd: ROOT, env });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { code, ...output };
}
