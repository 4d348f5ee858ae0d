import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { REPO_ROOT } from '../paths.ts';
import type { Report } from '../progress.ts';
import { findPython } from '../python.ts';
import { ensureEnvironment, hasEnvironment, type VirtualEnvironment } from '../virtual-environment.ts';
import { findSparkJava } from './java.ts';

const SPARK: VirtualEnvironment = {
  name: 'spark',
  requirements: join(import.meta.dirname, 'requirements.txt'),
  module: 'pyspark',
  what: 'Spark (PySpark 3.5.6, 345 MB)',
  // PySpark 3.5 was not made for newer ones.
  findPython: () => findPython(process.env, { who: 'Spark', newestMinor: 13 }),
};

/** What runs the Spark jobs of this project on this machine. */
export interface SparkRuntime {
  /** Path of the interpreter that has PySpark. */
  readonly python: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Java, and a Python with PySpark, which is installed on first use.
 * @throws SetupError if one of them is missing and cannot be installed
 */
export async function ensureSpark(cacheFolder: string, report?: Report): Promise<SparkRuntime> {
  const { home } = await findSparkJava();
  const python = await ensureEnvironment(SPARK, cacheFolder, report);
  const env = {
    ...process.env,
    JAVA_HOME: home,
    PYSPARK_PYTHON: python,
    PYTHONDONTWRITEBYTECODE: '1',
    SPARK_LOCAL_IP: '127.0.0.1',
  };
  // Those of another Spark on this machine would be used in place of ours.
  return { python, env: { ...env, SPARK_HOME: undefined, PYTHONPATH: undefined } };
}

/** Whether PySpark is installed; what `doctor` shows. */
export function hasSpark(cacheFolder: string): Promise<boolean> {
  return hasEnvironment(SPARK, cacheFolder);
}

/**
 * Runs Python with Spark in the checkout, in this terminal.
 * @param args of Python, paths from the root of the checkout
 * @returns exit code; 1 if it was ended by a signal
 */
export async function runSpark({ python, env }: SparkRuntime, args: readonly string[]): Promise<number> {
  const child = spawn(python, [...args], { cwd: REPO_ROOT, env, stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}
