import { createServer } from 'node:net';
import * as z from 'zod';

import { SetupError } from '../deployment/command-line.ts';

/** @throws SetupError if another program has the port */
export async function requireFreePort(port: number): Promise<void> {
  const problem = await bindingProblem(port);
  if (problem === undefined) return;
  if (problem === 'EACCES')
    throw new SetupError(`Port ${port} is not allowed for this user: set GROUNDSWELL_PORT to one from 1024 to 65535.`);
  const other = (await isAwsEmulator(port))
    ? `, which looks like an AWS emulator (AWS_ENDPOINT_URL=http://localhost:${port} uses it)`
    : '';
  throw new SetupError(
    `Port ${port} is used by another program${other}: stop it (\`lsof -i :${port}\` names it), or choose another port with GROUNDSWELL_PORT, as in \`GROUNDSWELL_PORT=${port + 1} npm start\`.`,
  );
}

/** Whether a program on this machine could listen on the port now. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await bindingProblem(port)) === undefined;
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

async function isAwsEmulator(port: number): Promise<boolean> {
  for (const path of ['_ministack/health', '_localstack/health']) {
    const answer = await fetch(`http://127.0.0.1:${port}/${path}`, { signal: AbortSignal.timeout(1_000) }).catch(
      () => undefined,
    );
    if (answer?.ok === true) return true;
  }
  return false;
}
