import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request, as far as an answer depends on it. */
export interface AwsRequest {
  /** `BatchWriteItem`, or for S3 the method. */
  readonly operation: string;
  readonly url: string;
  readonly body: string;
}

/** An answer; without one the operation succeeds and finds nothing. */
export interface AwsAnswer {
  readonly status: number;
  readonly body: string;
}

/** An endpoint of AWS on this machine, that answers as a test says. */
export interface FakeAws extends AsyncDisposable {
  readonly endpoint: string;
}

const EMPTY_LIST = '<ListBucketResult><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>';
const SUCCESS: Readonly<Record<string, string>> = {
  GetSecretValue: JSON.stringify({ SecretString: 'salt' }),
  BatchWriteItem: JSON.stringify({ UnprocessedItems: {} }),
  Query: JSON.stringify({ Items: [], Count: 0 }),
  GET: EMPTY_LIST,
};

/** Starts it on a free port. */
export async function startFakeAws(answer: (request: AwsRequest) => AwsAnswer | undefined): Promise<FakeAws> {
  const server = createServer((request, response) => void respond(request, response, answer));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (request: AwsRequest) => AwsAnswer | undefined,
): Promise<void> {
  const target = request.headers['x-amz-target'];
  const operation = typeof target === 'string' ? (target.split('.').at(-1) ?? '') : (request.method ?? '');
  const body = await text(request);
  const found = answer({ operation, url: request.url ?? '', body });
  response.writeHead(found?.status ?? 200, {
    etag: '"1"',
    'content-type': target === undefined ? 'application/xml' : 'application/x-amz-json-1.0',
  });
  response.end(found?.body ?? SUCCESS[operation] ?? (target === undefined ? '' : '{}'));
}
