import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import * as z from 'zod';

import { SetupError } from '../../deployment/command-line.ts';
import { endGroup, signalGroup, untilAnswering } from '../background-process.ts';
import { untilPortFree } from '../ports.ts';
import type { Report } from '../progress.ts';
import { type Launch, prepareLaunch, type ProgramKind, removeContainer, type SearchProgram } from './search-program.ts';
import type { ServerConfig } from './server-files.ts';

const START_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 20_000;

const DEFAULT_MEMORY_MIB = 512;

export interface SearchServerOptions {
  readonly program: SearchProgram;
  /** On 127.0.0.1. */
  readonly port: number;
  /** Of its own, absolute; a server that is started there later finds what this one has kept. */
  readonly folder: string;
  /** Takes what it says. */
  readonly logPath: string;
  /** Whether what is in the log stays. @default false */
  readonly appendsLog?: boolean;
  /** Heap, in MiB. @default 512 */
  readonly memoryMib?: number;
  /** More of `opensearch.yml`, as in `{'thread_pool.write.queue_size': 3}`. @default - none */
  readonly settings?: ServerConfig['settings'];
  /** Is told the process as soon as there is one. */
  readonly onSpawn?: (pid: number) => Promise<void>;
  readonly report?: Report | undefined;
  /** Gives up early. */
  readonly signal?: AbortSignal | undefined;
}

/** A process that runs OpenSearch. */
export interface SearchServer {
  readonly url: string;
  /** Leads a group of its own. */
  readonly pid: number;
  /** Ends it cleanly; what it has kept stays in its folder. */
  stop(): Promise<void>;
  /** Ends it as a power cut does. */
  kill(): Promise<void>;
}

/** What is needed to end a server. */
type RunningServer = Pick<SearchServerOptions, 'port' | 'folder'> & {
  readonly pid: number;
  readonly kind: ProgramKind;
};

const HealthSchema = z.object({ cluster_name: z.string(), timed_out: z.boolean() });

/**
 * Starts the real OpenSearch in the background and waits until every index of its folder can be read and written.
 * @throws SetupError if what it needs cannot be fetched, or it does not start
 */
export async function startSearchServer(options: SearchServerOptions): Promise<SearchServer> {
  const { program, folder, port, settings = {}, memoryMib = DEFAULT_MEMORY_MIB, logPath, signal } = options;
  const url = searchUrl(port);
  const launch = await prepareLaunch(program, { port, folder, memoryMib, settings }, options);
  await removeContainer(program.kind, folder);
  signal?.throwIfAborted();
  const child = await spawnServer(launch, logPath, options.appendsLog === true ? 'a' : 'w');
  if (child.pid === undefined) throw new SetupError(`OpenSearch could not be started with ${launch.command}.`);
  const server = { url, pid: child.pid, ...ends({ pid: child.pid, port, kind: program.kind, folder }) };
  try {
    await options.onSpawn?.(child.pid);
    await untilAnswering(child, {
      isAnswering: () => isHealthy(url, launch.clusterName),
      limitMs: START_LIMIT_MS,
      ifEnded: `OpenSearch stopped while it started: ${logPath} says why.`,
      ifSilent: `OpenSearch has not answered on port ${port} for ${START_LIMIT_MS / 1000} s: ${logPath} says why.`,
      signal,
    });
  } catch (error) {
    await server.kill();
    throw error;
  }
  child.unref();
  return server;
}

/** Of a server on this machine. */
export function searchUrl(port: number): string {
  return `http://127.0.0.1:${port}`;
}

/** Ends a server that may have been started by another process. */
export async function stopServer({ pid, port, kind, folder }: RunningServer): Promise<void> {
  await endGroup(pid, basename(folder), STOP_LIMIT_MS);
  await removeContainer(kind, folder);
  // The command line of a process is gone before its last thread is, and with that the port.
  await untilPortFree(port);
}

/** The version of the OpenSearch that answers there, as in `3.7.0`; nothing if none does within three seconds. */
export async function answeringVersion(url: string): Promise<string | undefined> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(3_000) });
    const schema = z.object({ version: z.object({ distribution: z.literal('opensearch'), number: z.string() }) });
    return schema.parse(await answer.json()).version.number;
  } catch {
    return undefined;
  }
}

function ends(server: RunningServer): Pick<SearchServer, 'stop' | 'kill'> {
  return {
    stop: () => stopServer(server),
    async kill() {
      signalGroup(server.pid, 'SIGKILL');
      await stopServer(server);
    },
  };
}

async function spawnServer(
  { command, args, cwd, env, user }: Launch,
  logPath: string,
  flags: 'a' | 'w',
): Promise<ChildProcess> {
  const log = await open(logPath, flags);
  // A group of its own: Ctrl-C in the terminal must not reach it before whatever still writes into it has ended.
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', log.fd, log.fd], ...user });
  await Promise.race([once(child, 'spawn'), once(child, 'error')]).catch(() => undefined);
  await log.close();
  return child;
}

async function isHealthy(url: string, clusterName: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/_cluster/health?wait_for_status=yellow&timeout=1s`, {
      signal: AbortSignal.timeout(3_000),
    });
    const health = HealthSchema.parse(await answer.json());
    return answer.ok && !health.timed_out && health.cluster_name === clusterName;
  } catch {
    return false;
  }
}
