import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';

import { listen } from '../../test/support/networks/loopback.ts';
import { xId } from '../../test/support/networks/x-posts.ts';
import { samplePayloads } from '../../test/support/networks/sample-payloads.ts';

/** Serves so many posts on the stream of X, one connection long; prints its port. */
const [posts = '1000'] = process.argv.slice(2);
const MARK = '"1000000000000000000"';
const [before = '', ...rest] = JSON.stringify(samplePayloads('1000000000000000000').twitter).split(MARK);
const BLOCK = 100;
const START_MS = Date.UTC(2026, 10, 20);

const server = createServer((request, response) => {
  if (request.url?.startsWith('/2/tweets/search/stream?') === true) void stream(response);
  else response.end('{"meta":{}}');
});
console.log(await listen(server));

async function stream(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/json' });
  for (let first = 0; first < Number(posts); first += BLOCK) {
    const lines = Array.from({ length: BLOCK }, (_, i) => line(first + i)).join('');
    if (!response.write(lines)) await once(response, 'drain');
  }
  response.end();
}

function line(number: number): string {
  const id = `"${xId(START_MS + number)}"`;
  return `${before}${rest.map((part) => `${id}${part}`).join('')}\r\n`;
}
