import { describe, expect, test } from 'vitest';

import { replyWith, wireServer, type Reply } from '../../storage/search/wire.ts';
import { handlerLines } from '../../support/handler-lines.ts';

/** A server with a month that is long past, and one that takes no room. */
const reply: Reply = (response, request) => {
  const rows = [
    { index: 'posts-2020.01', 'store.size': '5000' },
    { index: 'posts-archive', 'store.size': '5000' },
  ];
  replyWith(200, request.method === 'GET' ? rows : { acknowledged: true })(response, request);
};

describe('trim-search', () => {
  test('removes what is past the retention, and tells it as metrics', async () => {
    await using server = await wireServer(reply);
    const lines = await handlerLines('trim-search', { scheduled_time: 'now' }, server.url);
    const deleted = server.requests.filter(({ method }) => method === 'DELETE').map(({ target }) => target);

    expect(deleted).toEqual(['/posts-2020.01']);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({
        message: 'index looked at',
        service: 'trends-trim-search',
        IndexBytes: 0,
        IndicesPastRetention: 1,
        IndicesOverSize: 0,
        FindableDays: 0,
      }),
    ]);
  });

  test.each([403, 503])('fails where the server answers %i, which the log says', async (status) => {
    await using server = await wireServer(replyWith(status, { error: { type: 'security_exception', reason: 'x' } }));
    const lines = await handlerLines('trim-search', { scheduled_time: 'now' }, server.url);

    expect(lines.join('\n')).toContain('the invocation failed');
    expect(lines.join('\n')).not.toContain('IndexBytes');
    expect(server.requests).toHaveLength(1);
  });
});
