import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';

const ROOT = join(import.meta.dirname, '..', '..');

/**
 * The code of a function of `lambdas/`, bundled on this machine while the app is synthesized.
 * @param name the folder in `lambdas/` that holds its handler.ts
 * @param files texts that lie beside the code, by their name
 */
export function bundledCode(name: string, files: Readonly<Record<string, string>> = {}): Code {
  return Code.fromAsset(join(ROOT, 'lambdas', name), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Asked for by the interface; bundling on this machine either works or throws.
      image: DockerImage.fromRegistry('none'),
      local: { tryBundle: (outputDir) => runBundler(name, outputDir) && writeFiles(outputDir, files) },
    },
  });
}

/** In a process of its own: the bundler has no synchronous interface, and synthesis waits for nothing. */
function runBundler(name: string, outputDir: string): boolean {
  const script = join(ROOT, 'bin', 'bundle.ts');
  const { status, error } = spawnSync(process.execPath, [script, name, outputDir], { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`lambdas/${name} cannot be bundled: see the message above.`, { cause: error });
  return true;
}

function writeFiles(folder: string, files: Readonly<Record<string, string>>): boolean {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return true;
}
