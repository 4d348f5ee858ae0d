import { describe, expect, test } from 'vitest';

import type { Envelope, Outcome } from '../../../lambdas/setup-search/answer.ts';
import { setupSearch, type SetupStep } from '../../../lambdas/setup-search/setup-search.ts';
import { TransientStoreError } from '../../../storage/errors.ts';
import { DashboardsRefusedError } from '../../../storage/search/import-dashboards.ts';
import { SearchRefusedError } from '../../../storage/search/search-errors.ts';
import { OtherPeriodError } from '../../../storage/search/setup-index.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const QUARTER_MS = 900_000;
const ENVELOPE = {
  ResponseURL: 'https://cloudformation.example/answer?signature=secret',
  StackId: 'arn:stack',
  RequestId: 'request',
  LogicalResourceId: 'Contents',
};
const CREATE = {
  ...ENVELOPE,
  RequestType: 'Create',
  ResourceProperties: { ServiceToken: 'arn:fn', Endpoint: 'https://search', ContentHash: 'abc' },
};
const WAKING = new TransientStoreError('Applying the index template: the search server answered 503');
const DENIED = new SearchRefusedError('Applying the index template', 403, 'security_exception');
const REFUSED = new SearchRefusedError('Adding fields to the indices', 400, 'illegal_argument_exception');

/** Runs one request over steps, on a clock of its own; each wait before another attempt takes five seconds. */
async function run(steps: readonly SetupStep['apply'][], event: object = CREATE, remainingMs = QUARTER_MS) {
  const clock = virtualClock();
  const answers: Outcome[] = [];
  const envelopes: Envelope[] = [];
  const failures: unknown[] = [];
  const handler = setupSearch({
    stepsFor: () => steps.map((apply, i) => ({ what: `Step ${i + 1}`, apply })),
    answer: async (envelope, outcome) => {
      envelopes.push(envelope);
      answers.push(outcome);
    },
    pause: () => clock.sleep(5_000),
    now: clock.now,
    wait: clock.wait,
    reportFailure: (error) => failures.push(error),
  });
  await clock.run(handler(event, { getRemainingTimeInMillis: () => remainingMs }));
  return { answers, envelopes, failures, tookMs: clock.now() };
}

/** A step that fails so often before it succeeds. */
function failing(error: Error, times: number) {
  const calls = { count: 0 };
  const apply = async (): Promise<void> => {
    calls.count++;
    if (calls.count <= times) throw error;
  };
  return { apply, calls };
}

describe('setup-search', () => {
  test('applies every step in its order, and answers once with success', async () => {
    const applied: number[] = [];

    const { answers, envelopes } = await run([1, 2, 3].map((i) => async () => void applied.push(i)));

    expect(applied).toEqual([1, 2, 3]);
    expect(answers).toEqual([{ isDone: true }]);
    expect(envelopes[0]).toMatchObject({ StackId: 'arn:stack', RequestId: 'request' });
  });

  test('waits while a new domain wakes up, and applies what came before only once', async () => {
    const before = failing(WAKING, 0);
    const waking = failing(WAKING, 100);

    const { answers } = await run([before.apply, waking.apply]);

    expect(answers).toEqual([{ isDone: true }]);
    expect([before.calls.count, waking.calls.count]).toEqual([1, 101]);
  });

  test('gives up in time to answer when the domain does not wake up, and says what it waited for', async () => {
    const { answers, tookMs } = await run([failing(WAKING, Infinity).apply]);

    expect(answers).toEqual([{ isDone: false, reason: expect.stringMatching(/^Step 1 failed 1\d\d times.*503/) }]);
    expect(tookMs).toBeLessThanOrEqual(QUARTER_MS - 30_000);
    expect(tookMs).toBeGreaterThan(QUARTER_MS - 120_000);
  });

  test.each([QUARTER_MS, 60_000, 20_000])('answers with %i ms left when a step hangs for ever', async (remainingMs) => {
    const { answers, tookMs } = await run([() => new Promise<void>(() => undefined)], CREATE, remainingMs);

    expect(answers).toEqual([{ isDone: false, reason: 'The search server did not answer in time' }]);
    expect(tookMs).toBeLessThan(remainingMs);
  });

  test.each([
    ['that its rights take a while to be known', DENIED],
    ['Dashboards that are not ready for their master', new DashboardsRefusedError('it answered 403')],
  ])('lives with %s', async (_, error) => {
    expect((await run([failing(error, 20).apply])).answers).toEqual([{ isDone: true }]);
  });

  test('says after five minutes that it is denied, and not after fifteen', async () => {
    const { answers, tookMs } = await run([failing(DENIED, Infinity).apply]);

    expect(JSON.stringify(answers)).toContain('403 security_exception');
    expect(tookMs).toBeLessThan(330_000);
  });

  test('tries nothing again that the server refuses for good, and leaves out what comes after', async () => {
    const refused = failing(REFUSED, Infinity);
    const after = failing(REFUSED, 0);

    const { answers } = await run([refused.apply, after.apply]);

    expect(answers).toEqual([{ isDone: false, reason: REFUSED.message }]);
    expect([refused.calls.count, after.calls.count]).toEqual([1, 0]);
  });

  test('says which index holds another period, and what to do, at the first attempt', async () => {
    const other = failing(new OtherPeriodError('posts-2026.11.20', { alias: 'posts', indexPeriod: 'month' }), 1);

    const { answers } = await run([other.apply]);

    expect(answers).toEqual([
      { isDone: false, reason: expect.stringMatching(/posts-2026\.11\.20.*remove the indices/) },
    ]);
    expect(other.calls.count).toBe(1);
  });

  test('quotes no message that it does not know', async () => {
    const { answers, failures } = await run([failing(new TypeError('a post of somebody'), 1).apply]);

    expect(JSON.stringify(answers)).toContain('TypeError');
    expect(JSON.stringify(answers)).not.toContain('somebody');
    expect(failures).toHaveLength(1);
  });

  test('touches nothing when the resource is deleted', async () => {
    const step = failing(WAKING, 0);

    const { answers } = await run([step.apply], { ...CREATE, RequestType: 'Delete', PhysicalResourceId: 'Contents' });

    expect(answers).toEqual([{ isDone: true }]);
    expect(step.calls.count).toBe(0);
  });

  test('answers a request that it does not understand', async () => {
    const { answers } = await run([], { ...CREATE, ResourceProperties: {} });

    expect(answers).toEqual([{ isDone: false, reason: expect.stringContaining('ZodError') }]);
  });

  test('leaves no timer behind that would keep the function from ending', async () => {
    const clock = virtualClock();
    const handler = setupSearch({
      stepsFor: () => [],
      answer: () => Promise.resolve(),
      pause: () => clock.sleep(1),
      now: clock.now,
      wait: clock.wait,
      reportFailure: () => undefined,
    });
    await clock.run(handler(CREATE, { getRemainingTimeInMillis: () => QUARTER_MS }));

    expect(await clock.step()).toBe(false);
  });
});
