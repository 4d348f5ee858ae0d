import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What decides the templates and functions. */
export const APP_SOURCES: readonly string[] = [
  'bin',
  'lib',
  'lambdas',
  'core',
  'storage',
  'presets',
  'deployment',
  'package-lock.json',
  'cdk.json',
];

/** What decides the image of the producers that are always on, besides. */
export const IMAGE_SOURCES: readonly string[] = ['producers', 'package.json', '.npmrc'];

/**
 * A digest of all that decides what is deployed: the sources, the versions of the libraries, and the settings.
 * @param settings what else decides, in an order that matters
 * @param sources files and folders below the root; those that do not exist count as empty
 */
export async function fingerprint(
  root: string,
  settings: readonly string[],
  sources: readonly string[] = APP_SOURCES,
): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(settings));
  for (const source of sources) {
    for (const path of await filesIn(root, source)) {
      const content = await readFile(join(root, path));
      hash.update(`\n${path} ${content.length}\n`).update(content);
    }
  }
  return hash.digest('hex');
}

async function filesIn(root: string, source: string): Promise<string[]> {
  const path = join(root, source);
  if (!existsSync(path)) return [];
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return [source];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .toSorted();
}
