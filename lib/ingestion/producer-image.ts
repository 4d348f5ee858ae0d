import { join } from 'node:path';

import { IgnoreMode } from 'aws-cdk-lib';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import type { Construct } from 'constructs';

const ROOT = join(import.meta.dirname, '..', '..');

/** All that a producer is made of, and what its packages are installed from. */
const CONTENT = [
  'core',
  'deployment',
  'presets',
  'producers',
  'storage',
  'package.json',
  'package-lock.json',
  '.npmrc',
] as const;

/**
 * The image of the producers: made by Docker on the machine that deploys, and kept in the registry of the account's own
 * CDK bootstrap. Synthesis only copies what it is made from.
 */
export function producerImage(scope: Construct, id: string): DockerImageAsset {
  return new DockerImageAsset(scope, id, {
    directory: ROOT,
    file: 'producers/container/Dockerfile',
    platform: Platform.LINUX_ARM64,
    exclude: ['*', ...CONTENT.map((path) => `!${path}`)],
    ignoreMode: IgnoreMode.DOCKER,
  });
}
