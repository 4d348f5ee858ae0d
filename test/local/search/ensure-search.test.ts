import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { SetupError } from '../../../deployment/command-line.ts';
import { findFreePort } from '../../../local/ports.ts';
import {
  ensureSearchServer,
  type EnsureSearchOptions,
  knownSearch,
  planSearch,
  stopSearchServer,
} from '../../../local/search/ensure-search.ts';
import type { SearchProgram } from '../../../local/search/search-program.ts';
import { searchState } from '../../../local/search/search-state.ts';

// Stands in for `java`: reads the files that OpenSearch would read, and answers what it would answer.
const FAKE_JAVA = `
  import { readFileSync } from 'node:fs';
  import { createServer } from 'node:http';
  const conf = process.argv.find((argument) => argument.startsWith('-Dopensearch.path.conf=')).split('=')[1];
  const yml = readFileSync(conf + '/opensearch.yml', 'utf8');
  const setting = (name) => JSON.parse(new RegExp('^' + name + ': (.*)$', 'm').exec(yml)[1]);
  const answer = {
    cluster_name: setting('cluster.name'),
    timed_out: false,
    version: { distribution: 'opensearch', number: '3.7.0' },
  };
  createServer((_, response) => response.end(JSON.stringify(answer))).listen(setting('http.port'), setting('network.host'));
`;

let root: string;
let stateFolder: string;
let port: number;
let other: Server | undefined;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'groundswell-search-test-'));
  stateFolder = join(root, 'state');
  port = await findFreePort();
  for (const part of ['lib', 'modules', 'agent'])
    await mkdir(join(root, 'cache', 'opensearch-3.7.0', part), { recursive: true });
  await writeFile(join(root, 'cache', 'opensearch-3.7.0', 'agent', 'opensearch-agent.jar'), '');
  await writeFile(join(root, 'java.mjs'), FAKE_JAVA);
  await writeJava(`exec '${process.execPath}' '${join(root, 'java.mjs')}' -- "$@"`);
});

afterEach(async () => {
  await stopSearchServer(stateFolder);
  await rm(root, { recursive: true });
  await new Promise((resolve) => (other === undefined ? resolve(undefined) : other.close(resolve)));
  other = undefined;
});

test('a plan starts nothing and says where the server will be', async () => {
  expect(await planSearch(options())).toEqual({ url: `http://127.0.0.1:${port}` });
  expect(searchState.read(stateFolder)).toBeUndefined();
});

test('the second finds the server of the first', async () => {
  const first = await ensureSearchServer(options());
  const state = searchState.running(stateFolder);

  expect(await ensureSearchServer(options())).toEqual(first);
  expect(searchState.running(stateFolder)).toEqual(state);
  expect(knownSearch(options())).toEqual(first);
});

test('stopping removes what it has kept', async () => {
  await ensureSearchServer(options());
  const folder = searchState.read(stateFolder)?.folder ?? '';
  expect(existsSync(folder)).toBe(true);

  expect(await stopSearchServer(stateFolder)).toBe(true);

  expect(existsSync(folder)).toBe(false);
  expect(await stopSearchServer(stateFolder)).toBe(false);
});

test('a process that is another program by now does not count, and is left alone', async () => {
  await ensureSearchServer(options());
  const state = searchState.read(stateFolder);
  await stopSearchServer(stateFolder);
  if (state !== undefined) await searchState.write(stateFolder, { ...state, pid: process.pid });

  expect(knownSearch(options())).toBeUndefined();
  expect(await stopSearchServer(stateFolder)).toBe(false);
});

test('an older port of a running server stays, whatever the setting says by now', async () => {
  const first = await ensureSearchServer(options());

  expect(await ensureSearchServer(options({ search: { port: 1 } }))).toEqual(first);
});

test('a machine that cannot have one says why', async () => {
  const findProgram = () => Promise.reject(new SetupError('There is no JDK.'));

  expect(await ensureSearchServer({ ...options(), findProgram })).toEqual({ off: 'There is no JDK.' });
});

test('a server that ends while it starts says where to read why, and leaves no state', async () => {
  await writeJava('echo "no room"; exit 1');

  const search = await ensureSearchServer(options());

  const log = join(stateFolder, 'search.log');
  expect(search).toEqual({ off: `OpenSearch stopped while it started: ${log} says why.` });
  expect(await readFile(log, 'utf8')).toBe('no room\n');
  expect(knownSearch(options())).toBeUndefined();
});

test('another kind of program is tried where the first does not start, and both are named if neither does', async () => {
  await writeJava('echo "no room"; exit 1');
  const asked: (readonly string[] | undefined)[] = [];
  const report: string[] = [];
  const other = join(root, 'other');
  await mkdir(join(other, 'bin'), { recursive: true });
  // Stands in for the other kind: what matters is that it is found second.
  const findProgram: EnsureSearchOptions['findProgram'] = async (folder, kinds) => {
    asked.push(kinds);
    if (kinds?.[0] === 'java') return javaIn(join(root, 'jdk'), folder);
    return javaIn(other, folder);
  };
  const attempt = () => ensureSearchServer({ ...options(), findProgram, report: (line) => void report.push(line) });

  await writeJava('echo "no room either"; exit 1', other);
  const log = join(stateFolder, 'search.log');
  const stopped = `OpenSearch stopped while it started: ${log} says why`;
  expect(await attempt()).toEqual({ off: `${stopped}, and with Java: ${stopped}.` });
  expect(searchState.read(stateFolder)).toBeUndefined();
  expect(await readFile(log, 'utf8')).toBe('no room\nno room either\n');

  await writeJava(`exec '${process.execPath}' '${join(root, 'java.mjs')}' -- "$@"`, other);
  expect(await attempt()).toEqual({ url: `http://127.0.0.1:${port}` });
  expect(asked.slice(-2)).toEqual([['java', 'docker'], ['docker']]);
  expect(report).toContain(`${stopped}. Trying Java.`);
});

test('what a dead server has kept is not given up for another kind of program', async () => {
  await ensureSearchServer(options());
  const state = searchState.read(stateFolder);
  await endSearch(state?.pid ?? 0);
  await writeJava('exit 1');
  const asked: (readonly string[] | undefined)[] = [];
  const findProgram: EnsureSearchOptions['findProgram'] = async (folder, kinds) => {
    asked.push(kinds);
    return javaIn(join(root, 'jdk'), folder);
  };

  const search = await ensureSearchServer({ ...options(), findProgram });

  expect(search).toEqual({ off: expect.stringContaining('OpenSearch stopped while it started') });
  // Once to say where it will be, once to start it.
  expect(asked).toEqual([undefined, ['java', 'docker']]);
  expect(existsSync(state?.folder ?? '')).toBe(true);
});

test('a port that another program has says how to choose another', async () => {
  await listen({});

  expect(await ensureSearchServer(options())).toEqual({
    off: expect.stringMatching(`Port ${port} is used .* choose another port with GROUNDSWELL_SEARCH_PORT`),
  });
});

test('what is required and not there is an error', async () => {
  const findProgram = () => Promise.reject(new SetupError('There is no JDK.'));
  const required = { ...options({ search: { mode: 'required' } }), findProgram };

  await expect(planSearch(required)).rejects.toThrow('GROUNDSWELL_SEARCH=required, but There is no JDK.');
});

test('what is switched off is not looked for', async () => {
  const findProgram = () => Promise.reject(new Error('asked'));

  expect(await ensureSearchServer({ ...options({ search: { mode: 'off' } }), findProgram })).toEqual({
    off: 'GROUNDSWELL_SEARCH=off says so.',
  });
});

test('OPENSEARCH_URL is used if it answers, and nothing is started', async () => {
  await listen({ version: { distribution: 'opensearch', number: '2.19.0' } });
  const url = `http://127.0.0.1:${port}`;

  expect(await ensureSearchServer(options({ search: { url } }))).toEqual({ url });
  expect(searchState.read(stateFolder)).toBeUndefined();
});

test('OPENSEARCH_URL that something else answers is no search', async () => {
  await listen({ version: { number: '8.1.0' } });

  expect(await ensureSearchServer(options({ search: { url: `http://127.0.0.1:${port}` } }))).toEqual({
    off: 'no OpenSearch answers at OPENSEARCH_URL: start it, or unset the variable to use the one of this project.',
  });
});

test('the functions of another emulator are told a server only by OPENSEARCH_URL', async () => {
  const endpoint = 'http://localhost:4566';

  expect(await planSearch(options({ endpoint }))).toEqual({ off: expect.stringContaining('set OPENSEARCH_URL') });
  expect(await planSearch(options({ endpoint, search: { url: 'http://s:9200' } }))).toEqual({ url: 'http://s:9200' });
});

test('an end by a person is no reason to be off', async () => {
  const stop = new AbortController();
  await writeJava('/bin/sleep 60\nexit 0');
  const starting = ensureSearchServer({ ...options(), signal: stop.signal });
  await expect.poll(() => searchState.running(stateFolder)).toBeDefined();

  stop.abort();

  await expect(starting).rejects.toThrow('aborted');
  expect(searchState.running(stateFolder)).toBeUndefined();
});

interface Changes {
  readonly endpoint?: string;
  readonly search?: Partial<EnsureSearchOptions['settings']['search']>;
}

function options({ endpoint = '', search }: Changes = {}): EnsureSearchOptions {
  return {
    settings: { endpoint, cacheFolder: join(root, 'cache'), search: { mode: 'auto', port, url: '', ...search } },
    stateFolder,
    findProgram: async (folder, kinds) => {
      if (kinds?.includes('java') ?? true) return javaIn(join(root, 'jdk'), folder);
      throw new SetupError('no Docker engine runs: start one.');
    },
  };
}

function javaIn(home: string, folder: string): SearchProgram {
  return { kind: 'java', jdk: { home, java: join(home, 'bin', 'java'), version: '25' }, folder, user: undefined };
}

async function writeJava(script: string, home = join(root, 'jdk')): Promise<void> {
  await mkdir(join(home, 'bin'), { recursive: true });
  await writeFile(join(home, 'bin', 'java'), `#!/bin/sh\n${script}\n`);
  await chmod(join(home, 'bin', 'java'), 0o755);
}

async function endSearch(pid: number): Promise<void> {
  process.kill(-pid, 'SIGKILL');
  await expect.poll(() => searchState.running(stateFolder)).toBeUndefined();
}

async function listen(answer: object): Promise<void> {
  const server = createServer((_request, response) => response.end(JSON.stringify(answer)));
  other = server;
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
}
