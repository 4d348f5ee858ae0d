import { findSparkJava } from './spark/java.ts';
import type { Check } from './doctor-tools.ts';
import { hasSpark } from './spark/spark.ts';
import type { LocalSettings } from './settings.ts';

/** What the batch jobs of the lake need on a laptop. */
export function checkSparkTools(settings: LocalSettings): Promise<Check>[] {
  return [checkJava(), checkSpark(settings)];
}

async function checkJava(): Promise<Check> {
  const common = {
    name: 'Java of Spark',
    isNecessary: false,
    consequence: 'no `npm run dedupe` on this machine; everything else works',
  };
  try {
    const { version, home } = await findSparkJava();
    return { ...common, isOk: true, found: `Java ${version}, ${home}`, remedy: '' };
  } catch (error) {
    return { ...common, isOk: false, found: 'none that serves', remedy: error instanceof Error ? error.message : '' };
  }
}

async function checkSpark({ cacheFolder }: LocalSettings): Promise<Check> {
  const isOk = await hasSpark(cacheFolder);
  return {
    name: 'Spark',
    isOk,
    isNecessary: false,
    found: isOk ? `PySpark in ${cacheFolder}` : 'not installed yet',
    consequence: 'the first `npm run dedupe` installs it: 345 MB from PyPI, about half a minute',
    remedy: 'nothing to do',
  };
}
