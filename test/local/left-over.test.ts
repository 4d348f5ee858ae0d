import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { leftOverProducers } from '../../local/left-over.ts';

const NAME = 'Groundswell-nba-Producers';
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'groundswell-left-over-'));
});

afterEach(() => rm(folder, { recursive: true }));

test.each([
  ['deployed, and no longer part of the app', false, [NAME], NAME],
  ['deployed, and part of the app', true, [NAME], undefined],
  ['not deployed', false, ['Groundswell-trends-Producers'], undefined],
])('producers that are %s', async (_, isPart, deployed, expected) => {
  if (isPart) await writeFile(join(folder, `${NAME}.template.json`), '{}');

  const found = await leftOverProducers({ preset: 'nba', folder, isDeployed: async (name) => deployed.includes(name) });

  expect(found).toBe(expected);
});
