import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { Edit, Mutation } from './mutations.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/**
 * Breaks the modules that are loaded from now on; files stay as they are.
 * @throws Error if a place is not there exactly once
 */
export function mutate({ edits }: Mutation): void {
  const broken = new Map<string, string>();
  for (const edit of edits) {
    const url = pathToFileURL(join(ROOT, edit.file)).href;
    broken.set(url, editText(broken.get(url) ?? readFileSync(join(ROOT, edit.file), 'utf8'), edit));
  }
  registerHooks({
    load(url, context, nextLoad) {
      const source = broken.get(url);
      return source === undefined
        ? nextLoad(url, context)
        : { format: 'module-typescript', source, shortCircuit: true };
    },
  });
}

/** @throws Error if the place is not there exactly once */
function editText(text: string, { file, find, replace }: Edit): string {
  const places = text.split(find).length - 1;
  if (places !== 1) throw new Error(`${file} has ${places} places like: ${find}`);
  return text.split(find).join(replace);
}
