import { join } from 'node:path';

import { runScript } from '../test/support/run-script.ts';

/** What a script of `bench/children` prints at its end: one JSON object. */
export interface ChildFigures {
  readonly [figure: string]: number;
}

/**
 * Runs a script in a process of its own, so that its memory is its own.
 * @param heapMb what it may take on the heap; more ends it @default as much as Node takes
 * @throws Error if it fails
 */
export async function runChild(script: string, args: readonly string[], heapMb?: number): Promise<ChildFigures> {
  const flags = heapMb === undefined ? [] : [`--max-old-space-size=${heapMb}`];
  const path = join(import.meta.dirname, 'children', script);
  const env = Object.fromEntries(Object.entries(process.env).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])));
  const { code, stdout, stderr } = await runScript([...flags, path, ...args], { env });
  if (code !== 0) throw new Error(`${script} ended with ${code}: ${stderr.slice(-2_000)}`);
  return JSON.parse(stdout) as ChildFigures;
}

/** The most memory this process has had at once, in MB. */
export function peakMb(): number {
  return process.resourceUsage().maxRSS / 1_000;
}
