import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';

import { runCommand } from '../../deployment/command-line.ts';
import { ensureEmulator, stopEmulator } from '../../local/emulator.ts';
import { findFreePort } from '../../local/ports.ts';
import { readLocalSettings } from '../../local/settings.ts';
import { ensureSpark, runSpark, type SparkRuntime } from '../../local/spark/spark.ts';

const USAGE = `Usage: npm run test:spark [-- --reports FOLDER]
Tests the dedupe job: ruff, then pytest over a real Spark and the emulator's S3, then a generated day from Firehose to
DuckDB. --reports: takes what was run, as pytest.xml and vitest.json. Installs Spark on first use.`;

const PYTHON = ['jobs/spark', 'test/jobs/spark', 'bench/spark'];

await runCommand(USAGE, async () => {
  const { values } = parseArgs({ options: { reports: { type: 'string' } } });
  const spark = await ensureSpark(readLocalSettings().cacheFolder);
  const codes = [
    await runSpark(spark, ['-m', 'ruff', 'format', '--check', '--quiet', ...PYTHON]),
    await runSpark(spark, ['-m', 'ruff', 'check', '--quiet', ...PYTHON]),
    await runPytest(spark, values.reports),
    await runVitest(values.reports),
  ];
  return codes.every((code) => code === 0) ? 0 : 1;
});

/** With an emulator of its own, that nobody else uses. */
async function runPytest(spark: SparkRuntime, reports: string | undefined): Promise<number> {
  const stateFolder = await mkdtemp(join(tmpdir(), 'groundswell-spark-'));
  try {
    const settings = { ...readLocalSettings(), port: await findFreePort() };
    const { port } = await ensureEmulator({ settings, stateFolder });
    const env = { ...spark.env, GROUNDSWELL_TEST_S3: `http://127.0.0.1:${port}` };
    const report = reports === undefined ? [] : [`--junitxml=${join(reports, 'pytest.xml')}`];
    const args = ['-m', 'pytest', '-q', ...report, 'test/jobs/spark'];
    return await runSpark({ ...spark, env }, args);
  } finally {
    await stopEmulator(stateFolder);
    await rm(stateFolder, { recursive: true, force: true });
  }
}

async function runVitest(reports: string | undefined): Promise<number> {
  const outputFile = reports && join(reports, 'vitest.json');
  const vitest = await startVitest('test', [], {
    config: 'test/spark/vitest.config.ts',
    run: true,
    reporters: outputFile === undefined ? ['default'] : ['default', 'json'],
    ...(outputFile === undefined ? {} : { outputFile: { json: outputFile } }),
  });
  await vitest.close();
  return Number(process.exitCode ?? 0);
}
