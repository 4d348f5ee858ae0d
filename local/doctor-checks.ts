import { statfs } from 'node:fs/promises';

import { STATE_FOLDER } from '../deployment/target.ts';
import { checkSearchTools } from './doctor-search.ts';
import { checkSparkTools } from './doctor-spark.ts';
import { type Check, checkTools, firstLine } from './doctor-tools.ts';
import { runningEmulator } from './emulator-state.ts';
import { hasMinistack } from './ministack.ts';
import { isPortFree } from './ports.ts';
import { findPython } from './python.ts';
import { type LocalSettings, readLocalSettings } from './settings.ts';

const GIB = 2 ** 30;

/** Looks at everything that this project uses on a laptop; changes nothing. */
export async function checkAll(): Promise<Check[]> {
  const settings = readLocalSettings();
  return Promise.all([
    checkNode(),
    checkNpm(),
    ...(settings.endpoint === ''
      ? [checkPython(), checkMinistack(settings), checkPort(settings)]
      : [checkEndpoint(settings)]),
    checkDisk(settings),
    ...checkSearchTools(settings),
    ...checkSparkTools(settings),
    ...checkTools(settings),
  ]);
}

async function checkNode(): Promise<Check> {
  return {
    name: 'Node',
    isOk: process.version.startsWith('v24.'),
    isNecessary: true,
    found: process.version,
    consequence: 'nothing runs',
    remedy: 'start with `npm run doctor`, which brings its own Node 24',
  };
}

async function checkNpm(): Promise<Check> {
  const version = await firstLine('npm', ['--version']);
  return {
    name: 'npm',
    isOk: version !== undefined,
    isNecessary: true,
    found: version ?? 'not in PATH',
    consequence: 'dependencies cannot be installed',
    remedy: 'install Node with npm, from https://nodejs.org or your package manager',
  };
}

async function checkPython(): Promise<Check> {
  const common = {
    name: 'Python',
    isNecessary: true,
    consequence: 'no local emulator: no `npm start`, no integration tests',
  };
  try {
    const { version, path } = await findPython();
    return { ...common, isOk: true, found: `${version}, ${path}`, remedy: '' };
  } catch (error) {
    return { ...common, isOk: false, found: 'none that serves', remedy: error instanceof Error ? error.message : '' };
  }
}

async function checkMinistack({ cacheFolder }: LocalSettings): Promise<Check> {
  const isOk = await hasMinistack(cacheFolder);
  return {
    name: 'AWS emulator',
    isOk,
    isNecessary: false,
    found: isOk ? `MiniStack in ${cacheFolder}` : 'not installed yet',
    consequence: 'the first `npm start` or `npm test` installs it: 30 MB from PyPI, some seconds',
    remedy: 'nothing to do',
  };
}

async function checkPort({ port }: LocalSettings): Promise<Check> {
  const isOurs = runningEmulator(STATE_FOLDER)?.port === port;
  const isFree = await isPortFree(port);
  return {
    name: `port ${port}`,
    isOk: isOurs || isFree,
    isNecessary: true,
    found: isOurs ? 'our emulator runs there' : isFree ? 'free' : 'used by another program',
    consequence: '`npm start` cannot start the emulator',
    remedy: `stop that program, or choose another port, as in GROUNDSWELL_PORT=${port + 1}`,
  };
}

async function checkEndpoint({ endpoint }: LocalSettings): Promise<Check> {
  const isOk = await fetch(endpoint, { signal: AbortSignal.timeout(3_000) }).then(
    () => true,
    () => false,
  );
  return {
    name: 'AWS_ENDPOINT_URL',
    isOk,
    isNecessary: true,
    found: isOk ? `${endpoint} answers` : `${endpoint} does not answer`,
    consequence: 'nothing can be deployed locally',
    remedy: 'start that emulator, or unset AWS_ENDPOINT_URL to use the one of this project',
  };
}

async function checkDisk({ home }: LocalSettings): Promise<Check> {
  const { bavail, bsize } = await statfs(home);
  const freeGib = (bavail * bsize) / GIB;
  return {
    name: 'disk',
    isOk: freeGib >= 1,
    isNecessary: true,
    found: `${freeGib.toFixed(1)} GiB free`,
    consequence: 'installing the dependencies and the emulator may fail',
    remedy: 'free 1 GiB in your home folder',
  };
}
