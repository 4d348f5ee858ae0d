import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as z from 'zod';

import { SetupError } from '../deployment/command-line.ts';

const run = promisify(execFile);

const CANDIDATES = ['python3', ...[13, 12, 14, 11, 10].map((minor) => `python3.${minor}`), 'python'];

const PROBE =
  'import importlib.util as u, json, sys; ' +
  'print(json.dumps({"path": sys.executable, "version": list(sys.version_info[:3]), ' +
  '"hasVenv": bool(u.find_spec("venv") and u.find_spec("ensurepip"))}))';

const ProbeSchema = z.object({
  path: z.string().min(1),
  version: z.tuple([z.int(), z.int(), z.int()]),
  hasVenv: z.boolean(),
});

/** A Python that can make virtual environments. */
export interface Python {
  readonly path: string;
  /** For messages, as in `3.12.1`. */
  readonly version: string;
}

/** Who needs Python, for messages, and the newest minor version of Python 3 that will do. */
interface PythonWish {
  readonly who: string;
  /** @default - any */
  readonly newestMinor?: number;
}

/**
 * The first Python 3.10 or newer in PATH that can make virtual environments.
 * @throws SetupError that says what to install
 */
export async function findPython(
  environment: NodeJS.ProcessEnv = process.env,
  { who, newestMinor = Infinity }: PythonWish = { who: 'The local emulator' },
): Promise<Python> {
  let withoutVenv: string | undefined;
  for (const candidate of CANDIDATES) {
    const found = await probe(candidate, environment);
    if (found === undefined || !isRecent(found.version) || found.version[1] > newestMinor) continue;
    const version = found.version.join('.');
    if (found.hasVenv) return { path: found.path, version };
    withoutVenv ??= version;
  }
  throw new SetupError(
    withoutVenv === undefined
      ? `${who} needs Python 3.10 ${Number.isFinite(newestMinor) ? `to 3.${newestMinor}` : 'or newer'}, and there is none in PATH: install it (Debian, Ubuntu: \`sudo apt install python3 python3-venv\`; macOS: \`brew install python\`).`
      : `Python ${withoutVenv} cannot make virtual environments here: install what it lacks (Debian, Ubuntu: \`sudo apt install python3-venv\`).`,
  );
}

async function probe(command: string, env: NodeJS.ProcessEnv): Promise<z.infer<typeof ProbeSchema> | undefined> {
  try {
    const { stdout } = await run(command, ['-c', PROBE], { env, timeout: 10_000 });
    return ProbeSchema.parse(JSON.parse(stdout));
  } catch {
    // Not there, or a stand-in that only says how to install Python.
    return undefined;
  }
}

function isRecent([major, minor]: readonly [number, number, number]): boolean {
  return major > 3 || (major === 3 && minor >= 10);
}
