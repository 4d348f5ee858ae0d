import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';

import { SetupError } from '../deployment/command-line.ts';

const RELEASE_LIMIT_MS = 5_000;
const POLL_MS = 50;

/**
 * @param variable the environment variable that chooses the port
 * @throws SetupError if another program has the port
 */
export async function requireFreePort(port: number, variable = 'GROUNDSWELL_PORT'): Promise<void> {
  const problem = await bindingProblem(port);
  if (problem === undefined) return;
  if (problem === 'EACCES')
    throw new SetupError(`Port ${port} is not allowed for this user: set ${variable} to one from 1024 to 65535.`);
  throw new SetupError(
    `Port ${port} is used by another program${await guess(port)}: stop it (\`lsof -i :${port}\` names it), or choose another port with ${variable}, as in \`${variable}=${port + 1} npm start\`.`,
  );
}

/** Whether a program on this machine could listen on the port now. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await bindingProblem(port)) === undefined;
}

/** Waits, for five seconds at most, until a program that is ending has let go of its port. */
export async function untilPortFree(port: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < RELEASE_LIMIT_MS && !(await isPortFree(port)); waitedMs += POLL_MS)
    await sleep(POLL_MS);
}

/** A port that is free now; the system chooses. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = z.object({ port: z.int() }).parse(server.address());
  await new Promise((resolve) => server.close(resolve));
  return address.port;
}

function bindingProblem(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(undefined)));
  });
}

// What looks like one of ours may well be meant to be used.
async function guess(port: number): Promise<string> {
  const path = await firstAnswering(port, ['_ministack/health', '_localstack/health', '_cluster/health']);
  if (path === undefined) return '';
  return path.startsWith('_cluster')
    ? `, which looks like a search server (OPENSEARCH_URL=http://localhost:${port} uses it)`
    : `, which looks like an AWS emulator (AWS_ENDPOINT_URL=http://localhost:${port} uses it)`;
}

async function firstAnswering(port: number, paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const answer = await fetch(`http://127.0.0.1:${port}/${path}`, { signal: AbortSignal.timeout(1_000) }).catch(
      () => undefined,
    );
    if (answer?.ok === true) return path;
  }
  return undefined;
}
