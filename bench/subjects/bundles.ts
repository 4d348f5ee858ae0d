import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { bundle } from '../../bin/bundle.ts';
import { startFakeAws } from '../../test/support/fake-aws.ts';
import { handlerEnvironment } from '../../test/support/handler-lines.ts';
import { against, percentile, type Measurement, type Subject } from '../measurement.ts';
import { runChild } from '../run-child.ts';

const LAMBDAS = join(import.meta.dirname, '..', '..', 'lambdas');
const STARTS = 9;
const SHOWN_PACKAGES = 5;
const SIZE_LIMIT_KB = 550;
const START_LIMIT_MS = 250;

/** How large the functions are, what is in them, and how long they take to start. */
export const bundles: Subject = {
  name: 'bundles',
  about: 'every function: size, what is inside, time to start under this Node',
  async measure() {
    const names = (await readdir(LAMBDAS)).filter((name) => name !== 'shared');
    const measurements: Measurement[] = [];
    for (const name of names) measurements.push(...(await measureBundle(name)));
    return measurements;
  },
};

async function measureBundle(name: string): Promise<Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'groundswell-bench-'));
  try {
    const parts = await bundle(name, folder);
    const { size } = await stat(join(folder, 'index.mjs'));
    const whole = { what: `${name}, minified`, value: size / 1_000, unit: 'kB' };
    const limit = { what: 'the most it may be', value: SIZE_LIMIT_KB };
    const before = { what: `${name}, before minifying`, value: kilobytes(parts), unit: 'kB' };
    const largest = parts.slice(0, SHOWN_PACKAGES);
    return [
      { ...whole, baseline: limit },
      ...against(
        before,
        largest.map((part) => ({ what: `- ${part.name}`, value: part.bytes / 1_000, unit: 'kB' })),
      ),
      await measureStart(name, join(folder, 'index.mjs')),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

function kilobytes(parts: readonly { readonly bytes: number }[]): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0) / 1_000;
}

async function measureStart(name: string, path: string): Promise<Measurement> {
  await using aws = await startFakeAws(() => undefined);
  const env = handlerEnvironment(name, aws.endpoint);
  const times: number[] = [];
  for (let i = 0; i < STARTS; i++) times.push((await runChild('load-function.ts', [path], { env }))['ms'] ?? 0);
  const limit = { what: 'the most it may take', value: START_LIMIT_MS };
  return { what: `${name}, initialisation`, value: percentile(times, 0.5), unit: 'ms', baseline: limit };
}
