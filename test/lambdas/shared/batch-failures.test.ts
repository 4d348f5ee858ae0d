import { expect, test } from 'vitest';

import { heedsFailures } from '../../../lambdas/shared/batch-failures.ts';

const failed = { batchItemFailures: [{ itemIdentifier: '7' }] };
const done = { batchItemFailures: [] };

test('failures are reported where reports are heeded', async () => {
  expect(await heedsFailures({ BATCH_FAILURES: 'report' }, async () => failed)()).toBe(failed);
});

test('failures fail the whole batch where reports would be passed over', async () => {
  await expect(heedsFailures({ BATCH_FAILURES: 'throw' }, async () => failed)()).rejects.toThrow('tried again');
});

test.each(['report', 'throw'] as const)('a batch that is done is done (%s)', async (BATCH_FAILURES) => {
  const handler = heedsFailures({ BATCH_FAILURES }, async (batch: string) => ({ ...done, batch }));

  expect(await handler('all')).toEqual({ ...done, batch: 'all' });
});
