import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');

describe('bin/app.ts', () => {
  let outdir: string;
  beforeAll(async () => {
    outdir = await mkdtemp(join(tmpdir(), 'groundswell-app-'));
  });
  afterAll(() => rm(outdir, { recursive: true }));

  /** Runs the app as the CDK CLI does. */
  function synth(context: Record<string, unknown>) {
    const json = JSON.stringify({ 'aws:cdk:bundling-stacks': [], ...context });
    return run(process.execPath, ['bin/app.ts'], {
      cwd: ROOT,
      env: { ...process.env, CDK_CONTEXT_JSON: json, CDK_OUTDIR: outdir },
    });
  }

  test('writes a template for each stage', async () => {
    await synth({ target: 'local' });

    expect((await readdir(outdir)).filter((file) => file.endsWith('.template.json')).toSorted()).toEqual([
      'Groundswell-trends-Dashboard.template.json',
      'Groundswell-trends-Ingestion.template.json',
      'Groundswell-trends-Lake.template.json',
      'Groundswell-trends-Observability.template.json',
      'Groundswell-trends-Trends.template.json',
    ]);
  });

  test('ends with the sentences about wrong settings and no stack trace', async () => {
    await expect(synth({ shards: 'many' })).rejects.toMatchObject({
      code: 1,
      stderr: 'the settings cannot be used:\n  shards: is "many"; allowed is a whole number from 1 to 10000\n',
    });
  });
});
