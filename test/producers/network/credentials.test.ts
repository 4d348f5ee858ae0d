import { describe, expect, test } from 'vitest';

import { SetupError } from '../../../deployment/command-line.ts';
import { openCredentials, type SecretStore } from '../../../producers/network/credentials.ts';
import { missingCredentials } from '../../../producers/network/missing-credentials.ts';
import { memoryStateStore } from '../../../producers/network/state-store.ts';

const FACTS = { credentials: { ID: 'where', TOKEN: 'there' }, optionalCredentials: { EXTRA: 'anywhere' } };

function secret(values: Record<string, string>): SecretStore & { values: Record<string, string> } {
  const store = {
    values,
    read: async () => store.values,
    write: async (written: Readonly<Record<string, string>>) => void (store.values = { ...written }),
  };
  return store;
}

async function open(
  environment: Record<string, string>,
  more: { secret?: SecretStore; state?: ReturnType<typeof memoryStateStore> } = {},
) {
  return openCredentials(
    FACTS,
    { environment, state: memoryStateStore(), ...more },
    (names) => `missing: ${names.join()}`,
  );
}

describe('credentials', () => {
  test('come from the environment', async () => {
    expect((await open({ ID: 'a', TOKEN: ' b\n', OTHER: 'c' })).values).toEqual({ ID: 'a', TOKEN: 'b' });
  });

  test('come from the secret where the environment has none', async () => {
    const kept = secret({ ID: 'secret', TOKEN: 'secret', EXTRA: 'more', OTHER: 'x' });

    expect((await open({ ID: 'mine' }, { secret: kept })).values).toEqual({
      ID: 'mine',
      TOKEN: 'secret',
      EXTRA: 'more',
    });
  });

  test.each([
    ['nowhere', {}, undefined],
    ['empty', { ID: '', TOKEN: ' ' }, undefined],
    ['an empty secret', {}, secret({ ID: '', TOKEN: '' })],
  ])('that are %s are named', async (_, environment, kept) => {
    await expect(open(environment, kept === undefined ? {} : { secret: kept })).rejects.toThrow(
      new SetupError('missing: ID,TOKEN'),
    );
  });

  test('that are renewed are kept in the secret they came from, beside the others', async () => {
    const kept = secret({ ID: 'a', TOKEN: 'old', OTHER: 'x' });
    await (await open({}, { secret: kept })).renew('TOKEN', 'new');

    expect(kept.values).toEqual({ ID: 'a', TOKEN: 'new', OTHER: 'x' });
  });

  test('that are renewed take the place of those of the environment, until somebody puts others there', async () => {
    const state = memoryStateStore();
    const first = await open({ ID: 'a', TOKEN: 'one' }, { state });
    await first.renew('TOKEN', 'two');
    await first.renew('TOKEN', 'three');

    expect((await open({ ID: 'a', TOKEN: 'one' }, { state })).values).toEqual({ ID: 'a', TOKEN: 'three' });
    expect((await open({ ID: 'a', TOKEN: 'fresh' }, { state })).values).toEqual({ ID: 'a', TOKEN: 'fresh' });
  });
});

test('who has no key for X is told in three lines where to get one, and what needs none', () => {
  const lines = missingCredentials('twitter', ['TWITTER_BEARER_TOKEN']).split('\n');

  expect(lines).toHaveLength(3);
  expect(lines[0]).toContain('https://console.x.com');
  expect(lines[2]).toBe(
    'Without any key: npm run producer:bluesky, npm run producer:hackernews, npm run producer:mastodon, npm run producer:wikimedia.',
  );
});
