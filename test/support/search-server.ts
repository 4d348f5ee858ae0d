import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { SetupError } from '../../deployment/command-line.ts';
import { signalGroup } from '../../local/background-process.ts';
import { findFreePort } from '../../local/ports.ts';
import { reportToTerminal } from '../../local/progress.ts';
import { findSearchProgram, removeVolume } from '../../local/search/search-program.ts';
import { type SearchServer, type SearchServerOptions, startSearchServer } from '../../local/search/search-server.ts';
import { SEARCH_FOLDER_PREFIX } from '../../local/search/search-state.ts';
import { serviceUser, temporaryFolder } from '../../local/search/service-user.ts';
import { readLocalSettings } from '../../local/settings.ts';

export type TestSearchOptions = Pick<SearchServerOptions, 'memoryMib' | 'settings'> & {
  /** @default - a free one */
  readonly port?: number;
};

/** A real OpenSearch that nobody else uses. */
export interface TestSearchServer extends AsyncDisposable {
  /** Stays the same when it is started again. */
  readonly url: string;
  /** Of the process that runs now. */
  readonly pid: number;
  /** Ends it and removes all that it has kept. */
  stop(): Promise<void>;
  /** Ends it as a power cut does; what it has kept stays for `restart`. */
  kill(): Promise<void>;
  /** Starts it again, with what it has kept. */
  restart(): Promise<void>;
  /** What it has said since it was started last. */
  log(): Promise<string>;
}

/** Why this machine runs no search server; nothing if it can. @throws SetupError if GROUNDSWELL_SEARCH=required */
export async function whySearchIsOff(): Promise<string | undefined> {
  const { search, cacheFolder } = readLocalSettings();
  if (search.mode === 'off') return 'GROUNDSWELL_SEARCH=off says so.';
  try {
    await findSearchProgram(cacheFolder);
    return undefined;
  } catch (error) {
    if (error instanceof SetupError && search.mode === 'auto') return error.message;
    throw error;
  }
}

const MAX_ATTEMPTS = 3;

/**
 * Starts the real server on a free port, with what it keeps in a temporary folder: OPENSEARCH_URL is a person's own, and
 * tests remove whatever they find. Takes about seven seconds, and 600 MB while it runs.
 */
export async function startTestSearchServer(options: TestSearchOptions = {}): Promise<TestSearchServer> {
  const program = await findSearchProgram(readLocalSettings().cacheFolder);
  const folder = await mkdtemp(join(await temporaryFolder(serviceUser()), SEARCH_FOLDER_PREFIX));
  const logPath = `${folder}.log`;
  let port = options.port ?? (await findFreePort());
  let server: SearchServer | undefined;
  // A test run that is cut short must not leave a server behind.
  const killAtExit = (): void => {
    if (server !== undefined) signalGroup(server.pid, 'SIGKILL');
    if (program.kind === 'docker') spawnSync('docker', ['rm', '--force', basename(folder)]);
  };
  process.once('exit', killAtExit);
  const start = async (): Promise<void> => {
    server = await startSearchServer({ ...options, program, port, folder, logPath, report: reportToTerminal });
  };
  const stop = async (): Promise<void> => {
    await server?.stop();
    await removeVolume(program.kind, folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    await rm(logPath, { force: true });
    process.off('exit', killAtExit);
  };
  /** A connection that somebody opens may take the port before the server does. */
  const startAnywhere = async (): Promise<void> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await start();
      } catch (error) {
        if (options.port !== undefined || attempt === MAX_ATTEMPTS || !(error instanceof SetupError)) throw error;
        port = await findFreePort();
      }
    }
  };
  try {
    await startAnywhere();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: `http://127.0.0.1:${port}`,
    get pid() {
      return server?.pid ?? 0;
    },
    stop,
    kill: async () => server?.kill(),
    restart: start,
    log: () => readFile(logPath, 'utf8'),
    [Symbol.asyncDispose]: stop,
  };
}
