import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { isProgramRunning } from '../../deployment/target.ts';
import { SetupError } from '../../deployment/command-line.ts';
import { searchLog } from '../paths.ts';
import { requireFreePort, untilPortFree } from '../ports.ts';
import { type Report, withProgress } from '../progress.ts';
import type { LocalSettings } from '../settings.ts';
import { findSearchProgram, type ProgramKind, removeVolume, type SearchProgram } from './search-program.ts';
import { answeringVersion, searchUrl, startSearchServer, stopServer } from './search-server.ts';
import { SEARCH_FOLDER_PREFIX, searchState, type SearchState } from './search-state.ts';
import { serviceUser, temporaryFolder } from './service-user.ts';

export interface EnsureSearchOptions {
  readonly settings: Pick<LocalSettings, 'search' | 'cacheFolder' | 'endpoint'>;
  readonly stateFolder: string;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What this machine has. @default findSearchProgram */
  readonly findProgram?: typeof findSearchProgram;
}

/** Where search is, or in one sentence why there is none and what to do about it. */
export type Search = { readonly url: string } | { readonly off: string };

/**
 * Where search would be, as far as it shows without starting anything.
 * @throws SetupError instead of `off` if GROUNDSWELL_SEARCH=required
 */
export async function planSearch(options: EnsureSearchOptions): Promise<Search> {
  return orOff(options, () => findUrl(options));
}

/**
 * The search server of a laptop: OPENSEARCH_URL, or the one that runs in the background; starts it if there is none.
 * One that has died is started again with all that it has kept.
 * @throws SetupError instead of `off` if GROUNDSWELL_SEARCH=required
 */
export async function ensureSearchServer(options: EnsureSearchOptions): Promise<Search> {
  return orOff(options, async () => {
    const url = await findUrl(options);
    const running = searchState.running(options.stateFolder);
    const isGiven = options.settings.search.url !== '';
    if (!isGiven && running === undefined) return start(options);
    if ((await answeringVersion(url)) !== undefined) return url;
    throw new SetupError(
      isGiven || running === undefined
        ? 'no OpenSearch answers at OPENSEARCH_URL: start it, or unset the variable to use the one of this project.'
        : `the search server (process ${running.pid}) does not answer: stop it with \`npm run local -- down\`, then start again.`,
    );
  });
}

/** Ends the server of a state folder; what it has kept goes with it. @returns whether there was one */
export async function stopSearchServer(stateFolder: string): Promise<boolean> {
  const known = searchState.read(stateFolder);
  if (known === undefined) return false;
  const wasRunning = searchState.running(stateFolder) !== undefined;
  await stopServer(known);
  await removeVolume(known.kind, known.folder);
  await rm(known.folder, { recursive: true, force: true, maxRetries: 3 });
  await searchState.forget(stateFolder);
  return wasRunning;
}

/** Where search is, without starting it; nothing if it is off, or nothing runs. Whether it answers is not asked. */
export function knownSearch({ settings, stateFolder }: EnsureSearchOptions): { readonly url: string } | undefined {
  const { mode, url } = settings.search;
  if (mode === 'off') return undefined;
  if (url !== '') return { url };
  const running = settings.endpoint === '' ? searchState.running(stateFolder) : undefined;
  return running === undefined ? undefined : { url: searchUrl(running.port) };
}

async function orOff({ settings, signal }: EnsureSearchOptions, find: () => Promise<string>): Promise<Search> {
  const { mode } = settings.search;
  if (mode === 'off') return { off: 'GROUNDSWELL_SEARCH=off says so.' };
  try {
    return { url: await find() };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof SetupError)) throw error;
    if (mode === 'required')
      throw new SetupError(`GROUNDSWELL_SEARCH=required, but ${error.message}`, { cause: error });
    return { off: error.message };
  }
}

async function findUrl(options: EnsureSearchOptions): Promise<string> {
  const { settings, stateFolder, findProgram = findSearchProgram } = options;
  const { search, cacheFolder, endpoint } = settings;
  const known = knownSearch(options);
  if (known !== undefined) return known.url;
  if (endpoint !== '')
    throw new SetupError(
      'the functions of the emulator at AWS_ENDPOINT_URL may not reach this machine: set OPENSEARCH_URL to a server that they reach.',
    );
  // It may still be dying.
  if (searchState.read(stateFolder)?.port === search.port) await untilPortFree(search.port);
  await requireFreePort(search.port, 'GROUNDSWELL_SEARCH_PORT');
  await findProgram(cacheFolder);
  return searchUrl(search.port);
}

async function start(options: EnsureSearchOptions): Promise<string> {
  const { settings, stateFolder, report, signal, findProgram = findSearchProgram } = options;
  const kept = keptKind(stateFolder);
  const kinds: ProgramKind[] = kept === 'docker' ? ['docker', 'java'] : ['java', 'docker'];
  const program = await findProgram(settings.cacheFolder, kinds);
  try {
    return await startWith(program, options);
  } catch (error) {
    signal?.throwIfAborted();
    // Only the same kind of program can read what is kept: another would begin with nothing.
    if (!(error instanceof SetupError) || kept !== undefined) throw error;
    await stopSearchServer(stateFolder);
    const others = kinds.filter((kind) => kind !== program.kind);
    const other = await findProgram(settings.cacheFolder, others).catch(() => undefined);
    if (other === undefined) throw error;
    report?.(`${error.message} Trying ${NAMES[other.kind]}.`);
    return startOther(other, options, error);
  }
}

const NAMES: Readonly<Record<ProgramKind, string>> = { java: 'Java', docker: 'Docker' };

async function startOther(program: SearchProgram, options: EnsureSearchOptions, first: SetupError): Promise<string> {
  try {
    return await startWith(program, options, { appendsLog: true });
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!(error instanceof SetupError)) throw error;
    await stopSearchServer(options.stateFolder);
    throw new SetupError(`${first.message.replace(/\.$/, '')}, and with ${NAMES[program.kind]}: ${error.message}`, {
      cause: error,
    });
  }
}

/** Of a dead server that has left something. */
function keptKind(stateFolder: string): ProgramKind | undefined {
  const dead = searchState.read(stateFolder);
  return dead !== undefined && existsSync(dead.folder) ? dead.kind : undefined;
}

async function startWith(
  program: SearchProgram,
  options: EnsureSearchOptions,
  { appendsLog = false } = {},
): Promise<string> {
  const { settings, stateFolder, report, signal } = options;
  const { port } = settings.search;
  await mkdir(stateFolder, { recursive: true });
  const { folder, startedBy } = await keptOf(stateFolder, program.kind);
  const onSpawn = (pid: number): Promise<void> =>
    searchState.write(stateFolder, {
      pid,
      port,
      program: basename(folder),
      kind: program.kind,
      startedAt: new Date().toISOString(),
      startedBy,
      folder,
    });
  const logPath = searchLog(stateFolder);
  const server = startSearchServer({ program, port, folder, logPath, appendsLog, onSpawn, report, signal });
  return withProgress('Starting OpenSearch', server, report).then(({ url }) => url);
}

// What a dead one has kept, if the same kind of program can read it; who has started that one still ends it.
async function keptOf(stateFolder: string, kind: ProgramKind): Promise<Pick<SearchState, 'folder' | 'startedBy'>> {
  const dead = searchState.read(stateFolder);
  const startedBy = process.pid;
  if (dead?.kind === kind && existsSync(dead.folder))
    return {
      folder: dead.folder,
      startedBy: isProgramRunning(dead.startedBy, 'start.ts') ? dead.startedBy : startedBy,
    };
  await stopSearchServer(stateFolder);
  return { folder: await mkdtemp(join(await temporaryFolder(serviceUser()), SEARCH_FOLDER_PREFIX)), startedBy };
}
