import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
/** `import … from './x.ts'`, unless only types are imported: those are gone when the program runs. */
const IMPORT = /^(?:import|export)\s(?!type\s)[^;]*?from\s+'(\.[^']+)';/gm;

/** The files of the repo that a file needs to run, itself included, sorted, as paths from the root. */
export function importedFiles(file: string): string[] {
  const found = new Set<string>();
  const visit = (path: string): void => {
    const name = relative(ROOT, path);
    if (found.has(name)) return;
    found.add(name);
    for (const [, imported = ''] of readFileSync(path, 'utf8').matchAll(IMPORT)) visit(join(dirname(path), imported));
  };
  visit(join(ROOT, file));
  return [...found].toSorted();
}
