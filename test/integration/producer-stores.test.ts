import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateSecretCommand, DeleteSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

import { SetupError } from '../../deployment/command-line.ts';
import { clientConfig, resolveTarget } from '../../deployment/target.ts';
import { openCredentials } from '../../producers/network/credentials.ts';
import { secretStore } from '../../producers/network/secret-store.ts';
import { memoryStateStore, tableStateStore } from '../../producers/network/state-store.ts';
import { documentClient } from '../../storage/aws-clients.ts';

const config = clientConfig(resolveTarget({}, inject('environment')));
const name = `producer-stores-${Date.now()}`;

describe('what a producer remembers in a table', () => {
  const dynamo = new DynamoDBClient(config);
  const open = () => tableStateStore(documentClient(config), name);

  beforeAll(async () => {
    await dynamo.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'name', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'name', KeyType: 'HASH' }],
      }),
    );
  });
  afterAll(async () => {
    await dynamo.send(new DeleteTableCommand({ TableName: name }));
  });

  test('is read as it was written, by another process too', async () => {
    await open().write('twitter/budget', { day: '2026-11-20', posts: 7 });
    await open().write('twitter/budget', { day: '2026-11-21', posts: 1 });
    await open().write('twitter/connects', [1, 2]);

    expect(await open().read('twitter/budget')).toEqual({ day: '2026-11-21', posts: 1 });
    expect(await open().read('twitter/connects')).toEqual([1, 2]);
  });

  test('is nothing before it is written', async () => {
    expect(await open().read('bluesky/checkpoint')).toBeUndefined();
  });
});

describe('credentials in a secret', () => {
  const secrets = new SecretsManagerClient(config);

  afterAll(async () => {
    for (const id of [name, `${name}-damaged`])
      await secrets.send(new DeleteSecretCommand({ SecretId: id, ForceDeleteWithoutRecovery: true }));
  });

  test('are read, and renewed there before they are used', async () => {
    const SecretString = JSON.stringify({ TOKEN: 'one', OTHER: 'kept' });
    await secrets.send(new CreateSecretCommand({ Name: name, SecretString }));
    const open = () =>
      openCredentials(
        { credentials: { TOKEN: 'there' } },
        { environment: {}, secret: secretStore(secrets, name), state: memoryStateStore() },
        () => 'missing',
      );

    await (await open()).renew('TOKEN', 'two');

    expect((await open()).values).toEqual({ TOKEN: 'two' });
    expect(await secretStore(secrets, name).read()).toEqual({ TOKEN: 'two', OTHER: 'kept' });
  });

  test('that are no JSON are told without quoting them', async () => {
    await secrets.send(new CreateSecretCommand({ Name: `${name}-damaged`, SecretString: 'my token' }));

    const error = await secretStore(secrets, `${name}-damaged`)
      .read()
      .catch((caught: unknown) => caught);

    expect(error).toBeInstanceOf(SetupError);
    expect(String(error)).not.toContain('my token');
    expect(error).not.toHaveProperty('cause');
  });
});
