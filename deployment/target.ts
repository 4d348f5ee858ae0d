import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** Where a command acts. An absent field: as the AWS SDK's own chain says. */
export interface Target {
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** For messages to people. */
  readonly label: string;
}

/** Says in one sentence why there is nothing to act on, and what to do. */
export class TargetError extends Error {
  override readonly name = 'TargetError';
}

/** What `.groundswell/emulator.json` says about the emulator that runs in the background. */
export const RunningEmulatorSchema = z.object({
  pid: z.int().positive(),
  port: z.int().min(1).max(65_535),
  /** Part of the command line of that process: a pid alone may belong to another program by now. */
  program: z.string().min(1),
});

/** Where the local environment of this checkout keeps its state. */
export const STATE_FOLDER = join(import.meta.dirname, '..', '.groundswell');

const EMULATOR_CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };
const DEFAULT_REGION = 'us-east-1';

const EnvironmentSchema = z.object({
  AWS_ENDPOINT_URL: z.string().default(''),
  AWS_REGION: z.string().optional(),
  AWS_DEFAULT_REGION: z.string().optional(),
  AWS_ACCESS_KEY_ID: z.string().optional(),
  AWS_SECRET_ACCESS_KEY: z.string().optional(),
});

type Environment = z.infer<typeof EnvironmentSchema>;

/**
 * Where a command acts: the local emulator, unless AWS_ENDPOINT_URL is set or `--target aws` is given.
 * @param options what the command line says; `target` is `aws`, `local` or nothing
 * @throws TargetError if nothing runs locally, or the target is not one of these, or both say different things
 */
export function resolveTarget(
  options: { readonly target?: string | undefined },
  environment: NodeJS.ProcessEnv = process.env,
  stateFolder: string = STATE_FOLDER,
): Target {
  const settings = EnvironmentSchema.parse(environment);
  const { target = 'local' } = options;
  if (target === 'aws') return realAccount(settings);
  if (target !== 'local') throw new TargetError(`--target is ${JSON.stringify(target)}; allowed is aws, local.`);
  if (settings.AWS_ENDPOINT_URL !== '') return givenEndpoint(settings);
  return localEmulator(stateFolder);
}

/** Whether that process exists and is that program. */
export function isProgramRunning(pid: number, program: string): boolean {
  return commandLineOf(pid)?.includes(program) ?? false;
}

function realAccount({ AWS_ENDPOINT_URL, AWS_REGION, AWS_DEFAULT_REGION }: Environment): Target {
  // The SDK would follow the variable, and the command would act on something else than it was told to.
  if (AWS_ENDPOINT_URL !== '')
    throw new TargetError(`--target aws contradicts AWS_ENDPOINT_URL=${AWS_ENDPOINT_URL}: unset one of them.`);
  const region = AWS_REGION ?? AWS_DEFAULT_REGION;
  return region === undefined ? { label: 'AWS' } : { region, label: `AWS, ${region}` };
}

function givenEndpoint(settings: Environment): Target {
  const { AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = settings;
  if (!URL.canParse(endpoint))
    throw new TargetError(`AWS_ENDPOINT_URL is ${JSON.stringify(endpoint)}: not an address.`);
  const credentials =
    AWS_ACCESS_KEY_ID !== undefined && AWS_SECRET_ACCESS_KEY !== undefined
      ? { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY }
      : EMULATOR_CREDENTIALS;
  const region = settings.AWS_REGION ?? settings.AWS_DEFAULT_REGION ?? DEFAULT_REGION;
  return { endpoint, region, credentials, label: `${endpoint} (AWS_ENDPOINT_URL)` };
}

function localEmulator(stateFolder: string): Target {
  const port = runningPort(stateFolder);
  if (port === undefined)
    throw new TargetError(
      'Nothing is running locally: start it with `npm start` or `npm run local -- up`, or give --target aws to reach your AWS account.',
    );
  return localTarget(port);
}

/** The emulator on a port of this machine. */
export function localTarget(port: number): Target {
  const endpoint = `http://localhost:${port}`;
  return { endpoint, region: DEFAULT_REGION, credentials: EMULATOR_CREDENTIALS, label: `local emulator, ${endpoint}` };
}

function runningPort(stateFolder: string): number | undefined {
  try {
    const text = readFileSync(join(stateFolder, 'emulator.json'), 'utf8');
    const { pid, port, program } = RunningEmulatorSchema.parse(JSON.parse(text));
    return isProgramRunning(pid, program) ? port : undefined;
  } catch {
    // No file, or a damaged one: both mean that nothing we know of runs.
    return undefined;
  }
}

function commandLineOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' });
  } catch {
    return undefined;
  }
}

/** The settings of an AWS client that acts on a target. */
export function clientConfig({ label: _, ...config }: Target): Omit<Target, 'label'> {
  return config;
}
