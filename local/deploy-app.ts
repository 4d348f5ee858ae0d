import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Target } from '../deployment/target.ts';
import { type CdkRun, runCdk } from './cdk-cli.ts';
import { childEnvironment } from './environment.ts';
import { APP_SOURCES, fingerprint, IMAGE_SOURCES } from './fingerprint.ts';
import { cloudAssemblyFolder } from './paths.ts';
import { type Report, withProgress } from './progress.ts';
import { describeStacks } from './stacks.ts';

/** The app of one preset, and where it goes. */
export interface AppDeployment {
  /** The checkout. */
  readonly root: string;
  readonly stateFolder: string;
  readonly preset: string;
  readonly cdkTarget: 'aws' | 'local';
  /** Settings as `name=value`. */
  readonly settings: readonly string[];
  /** Whether the terminal shows what the CDK says, and takes a person's answers; else it goes to log files in the state folder. */
  readonly isInteractive: boolean;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What `synthesize` has made. */
export interface CloudAssembly {
  readonly folder: string;
  /** Of all that it was made from. */
  readonly fingerprint: string;
}

/**
 * Makes the templates and bundles; those of the last time are used again when nothing has changed since.
 * @throws SetupError if a setting is wrong or the app does not compile
 */
export async function synthesize(app: AppDeployment, env: NodeJS.ProcessEnv): Promise<CloudAssembly> {
  const { root, preset, cdkTarget, settings, report } = app;
  const folder = cloudAssemblyFolder(app.stateFolder, cdkTarget, preset);
  // On the emulator there is no image: who works on a producer need not wait for the templates.
  const sources = cdkTarget === 'aws' ? [...APP_SOURCES, ...IMAGE_SOURCES] : APP_SOURCES;
  const wanted = await fingerprint(root, [preset, cdkTarget, process.version, ...settings], sources);
  const made = await readFile(`${folder}.fingerprint`, 'utf8').catch(() => '');
  if (made === wanted && existsSync(join(folder, 'manifest.json'))) return { folder, fingerprint: wanted };
  await rm(`${folder}.fingerprint`, { force: true });
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const context = [`preset=${preset}`, `target=${cdkTarget}`, ...settings].flatMap((setting) => ['-c', setting]);
  const work = runCdk(
    ['synth', '--app', 'node bin/app.ts', '--quiet', '--output', folder, ...context],
    cdkRun(app, env),
  );
  await withProgress('Building the stacks', work, report);
  await writeFile(`${folder}.fingerprint`, wanted);
  return { folder, fingerprint: wanted };
}

/** Deploys all stacks, after `cdk bootstrap` where that has never been. @throws SetupError if the CDK fails */
export async function deployStacks(app: AppDeployment, assembly: CloudAssembly, target: Target): Promise<void> {
  const approval = target.endpoint === undefined ? [] : ['--require-approval', 'never'];
  const work = async (): Promise<void> => {
    await bootstrap(app, target, assembly);
    await runCdk(
      ['deploy', '--app', assembly.folder, '--all', '--concurrency', '3', ...approval],
      cdkRun(app, childEnvironment(target)),
    );
  };
  await withProgress(`Deploying the preset ${app.preset}`, work(), app.report);
}

/** Removes all stacks of the preset. @throws SetupError if the CDK fails */
export async function destroyStacks(app: AppDeployment, assembly: CloudAssembly, target: Target): Promise<void> {
  const consent = target.endpoint === undefined ? [] : ['--force'];
  await runCdk(['destroy', '--app', assembly.folder, '--all', ...consent], cdkRun(app, childEnvironment(target)));
}

/** Prepares the account for CDK deployments, unless that has been done. */
export async function bootstrap(app: AppDeployment, target: Target, assembly?: CloudAssembly): Promise<void> {
  if (await isBootstrapped(target)) return;
  const where = assembly === undefined ? ['aws://000000000000/us-east-1'] : ['--app', assembly.folder];
  await runCdk(['bootstrap', ...where], cdkRun(app, childEnvironment(target)));
}

async function isBootstrapped(target: Target): Promise<boolean> {
  const stacks = await describeStacks(target, 'CDKToolkit');
  return stacks.length > 0;
}

function cdkRun({ root, stateFolder, isInteractive, signal }: AppDeployment, env: NodeJS.ProcessEnv): CdkRun {
  return { root, env, signal, ...(isInteractive ? {} : { logFolder: stateFolder }) };
}
