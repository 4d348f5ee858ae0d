import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';

import { afterEach, expect, test } from 'vitest';

import { SetupError } from '../../deployment/command-line.ts';
import { findFreePort, isPortFree, requireFreePort } from '../../local/ports.ts';

let server: Server | undefined;

afterEach(async () => {
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
});

test('a free port is no problem', async () => {
  const port = await findFreePort();

  await expect(requireFreePort(port)).resolves.toBeUndefined();
  expect(await isPortFree(port)).toBe(true);
});

test('a port in use is one sentence that names the port and the setting', async () => {
  const port = await listen(createServer((socket) => socket.destroy()));

  const error = await requireFreePort(port).catch((reason: unknown) => reason);

  expect(error).toBeInstanceOf(SetupError);
  expect(String(error)).toContain(`Port ${port} is used by another program: stop it`);
  expect(String(error)).toContain(`GROUNDSWELL_PORT=${port + 1} npm start`);
  expect(await isPortFree(port)).toBe(false);
});

test('a port with another AWS emulator says how to use that one', async () => {
  const port = await listen(createHttpServer((_request, response) => response.end('{}')));

  await expect(requireFreePort(port)).rejects.toThrow(`AWS_ENDPOINT_URL=http://localhost:${port} uses it`);
});

async function listen(listener: Server): Promise<number> {
  const port = await findFreePort();
  server = listener;
  await new Promise<void>((resolve) => listener.listen(port, '127.0.0.1', resolve));
  return port;
}
