import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { App } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';

import { synthApp } from '../../support/app.ts';

const ROOT = join(import.meta.dirname, '../../..');

describe('the image', () => {
  /** The folder that Docker is given. */
  function contextOf(app: App): string {
    const assets = readdirSync(app.outdir).filter((name) => name.startsWith('asset.'));
    return join(app.outdir, assets.find((name) => existsSync(join(app.outdir, name, 'producers'))) ?? 'none');
  }

  test('is made of the producers, what they import and the list of packages, and of nothing else', () => {
    expect(readdirSync(contextOf(synthApp({ producers: 'bluesky' }))).toSorted()).toEqual([
      '.npmrc',
      'core',
      'deployment',
      'package-lock.json',
      'package.json',
      'presets',
      'producers',
      'storage',
    ]);
  });

  test('holds all that the producers import of this repository', () => {
    const folder = contextOf(synthApp({ producers: 'bluesky' }));
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
    const present = new Set(files.map((path) => join(folder, path)));
    const imported = files.flatMap((path) =>
      [...readFileSync(join(folder, path), 'utf8').matchAll(/from '(\.{1,2}\/[^']+)'/g)].map(([, to = '']) =>
        join(folder, path, '..', to),
      ),
    );

    expect(imported.length).toBeGreaterThan(100);
    expect(imported.filter((path) => path.endsWith('.ts') && !present.has(path))).toEqual([]);
  });

  test('runs the Node that everything is tested with, as its user without rights', () => {
    const { devDependencies } = z
      .object({ devDependencies: z.object({ node: z.string() }) })
      .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
    const dockerfile = readFileSync(join(ROOT, 'producers/container/Dockerfile'), 'utf8');
    const bases = [...dockerfile.matchAll(/^FROM (?:--platform=\S+ )?(\S+)/gm)].map(([, base]) => base);

    expect(new Set(bases)).toEqual(new Set([`public.ecr.aws/docker/library/node:${devDependencies.node}-alpine`]));
    expect(dockerfile.trimEnd()).toMatch(/\nUSER node$/);
  });
});
