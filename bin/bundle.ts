import { join } from 'node:path';

import { build } from 'rolldown';

const ROOT = join(import.meta.dirname, '..');

/** A package in a bundle. */
export interface BundlePart {
  readonly name: string;
  /** Of what is used of it, before it is minified. */
  readonly bytes: number;
}

/**
 * Bundles a function of `lambdas/` as one ESM file, `index.mjs`, the SDK included: what runs is what was tested. Not by
 * esbuild, which keeps all that S3 can do: it does not see that the tables of the SDK have no side effects.
 * @param name the folder in `lambdas/` that holds its handler.ts
 * @returns what is inside, the largest first
 * @throws Error if it cannot be bundled
 */
export async function bundle(name: string, outputDir: string): Promise<BundlePart[]> {
  const { output } = await build({
    input: join(ROOT, 'lambdas', name, 'handler.ts'),
    platform: 'node',
    resolve: {
      mainFields: ['module', 'main'],
      alias: { '@aws-sdk/credential-provider-node': join(ROOT, 'lambdas', 'shared', 'sdk-credentials.ts') },
    },
    output: {
      file: join(outputDir, 'index.mjs'),
      format: 'esm',
      minify: true,
      sourcemap: true,
      sourcemapExcludeSources: true,
      codeSplitting: false,
    },
    // The sentiment package offers to load other languages by name; only English, which is bundled, is asked for.
    logLevel: 'silent',
  });
  const modules = Object.entries(output[0].modules);
  return [...Map.groupBy(modules, ([id]) => packageOf(id))]
    .map(([part, members]) => ({
      name: part,
      bytes: members.reduce((sum, [, { renderedLength }]) => sum + renderedLength, 0),
    }))
    .toSorted((a, b) => b.bytes - a.bytes);
}

/** The package that a module belongs to, scope included; our own modules are those of `groundswell`. */
function packageOf(id: string): string {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1] ?? 'groundswell';
}

const [name, outputDir] = process.argv.slice(2);
if (import.meta.main && name !== undefined && outputDir !== undefined) await bundle(name, outputDir);
