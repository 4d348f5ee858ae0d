import { join } from 'node:path';

import { runScript } from '../test/support/run-script.ts';

/** What a script of `bench/children` prints at its end: one JSON object. */
export interface ChildFigures {
  readonly [figure: string]: number;
}

export interface ChildOptions {
  /** What it may take on the heap; more ends it. @default - as much as Node takes */
  readonly heapMb?: number;
  /** What each of the two halves of the heap's young part may take. @default - 16, as Node takes */
  readonly semiSpaceMb?: number;
  /** @default - that of this process */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a script in a process of its own, so that its memory is its own.
 * @param script in `bench/children`, or from there
 * @throws Error if it fails
 */
export async function runChild(
  script: string,
  args: readonly string[],
  options: ChildOptions = {},
): Promise<ChildFigures> {
  const { heapMb, semiSpaceMb, env = ownEnvironment() } = options;
  const flags = [
    ...(heapMb === undefined ? [] : [`--max-old-space-size=${heapMb}`]),
    ...(semiSpaceMb === undefined ? [] : [`--max-semi-space-size=${semiSpaceMb}`]),
  ];
  const path = join(import.meta.dirname, 'children', script);
  const { code, stdout, stderr } = await runScript([...flags, path, ...args], { env });
  if (code !== 0) throw new Error(`${script} ended with ${code}: ${stderr.slice(-2_000)}`);
  return JSON.parse(stdout) as ChildFigures;
}

function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** The most memory this process has had at once, in MB. */
export function peakMb(): number {
  return process.resourceUsage().maxRSS / 1_000;
}
