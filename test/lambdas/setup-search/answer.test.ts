import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { describe, expect, test } from 'vitest';

import { answerCloudFormation, responseTo, type Envelope } from '../../../lambdas/setup-search/answer.ts';

const ENVELOPE: Envelope = {
  RequestType: 'Create',
  ResponseURL: 'https://cloudformation.example/answer',
  StackId: 'arn:stack',
  RequestId: 'request',
  LogicalResourceId: 'Contents',
};

/** An address of CloudFormation that answers with these statuses, one after the other; the last one stays. */
async function startAddress(statuses: readonly number[]) {
  const seen: { method: string; contentType: string; body: unknown }[] = [];
  const server = createServer((request, response) => void serve(request, response));
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', headers } = request;
    seen.push({ method, contentType: headers['content-type'] ?? '', body: JSON.parse(await text(request)) });
    response.writeHead(statuses[seen.length - 1] ?? statuses.at(-1) ?? 200).end();
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('the answer to CloudFormation', () => {
  test('names the request, and keeps the id of the resource for ever', () => {
    const same = { StackId: 'arn:stack', RequestId: 'request', LogicalResourceId: 'Contents' };

    expect(responseTo(ENVELOPE, { isDone: true })).toEqual({
      Status: 'SUCCESS',
      PhysicalResourceId: 'Contents',
      ...same,
    });
    expect(responseTo({ ...ENVELOPE, PhysicalResourceId: 'older' }, { isDone: true })).toMatchObject({
      PhysicalResourceId: 'older',
    });
  });

  test('stays below the 4,096 bytes that CloudFormation reads', () => {
    const response = responseTo(ENVELOPE, { isDone: false, reason: 'x'.repeat(9_999) });

    expect(response['Status']).toBe('FAILED');
    expect(Buffer.byteLength(JSON.stringify(response))).toBeLessThan(4_096);
  });

  test('is a PUT without a content type, which the address is not signed for', async () => {
    await using address = await startAddress([200]);

    await answerCloudFormation({ ...ENVELOPE, ResponseURL: address.url }, { isDone: true });

    expect(address.seen).toEqual([
      { method: 'PUT', contentType: '', body: expect.objectContaining({ Status: 'SUCCESS' }) },
    ]);
  });

  test('is given again when it did not arrive', async () => {
    await using address = await startAddress([503, 200]);

    await answerCloudFormation({ ...ENVELOPE, ResponseURL: address.url }, { isDone: false, reason: 'full' });

    expect(address.seen.map(({ body }) => body)).toEqual([
      expect.objectContaining({ Status: 'FAILED', Reason: 'full' }),
      expect.objectContaining({ Status: 'FAILED', Reason: 'full' }),
    ]);
  });
});
