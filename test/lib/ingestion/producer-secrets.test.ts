import { describe, expect, test } from 'vitest';
import * as z from 'zod';

import { SOURCES } from '../../../core/sources.ts';
import { IngestionOutputsSchema } from '../../../deployment/outputs.ts';
import { synthApp, templateOf } from '../../support/app.ts';

describe('the secrets', () => {
  test.each([
    ['twitter', { TWITTER_BEARER_TOKEN: '' }],
    ['reddit', { REDDIT_CLIENT_ID: '', REDDIT_CLIENT_SECRET: '' }],
    ['meetup', { MEETUP_CLIENT_ID: '', MEETUP_CLIENT_SECRET: '', MEETUP_REFRESH_TOKEN: '' }],
    ['mastodon', { MASTODON_TOKEN: '' }],
  ])('of %s has a field for each credential, to be filled in', (network, empty) => {
    const [secret] = Object.values(
      templateOf(synthApp({ producers: network }), 'Ingestion').findResources('AWS::SecretsManager::Secret'),
    );

    expect(JSON.parse(String(secret?.['Properties'].SecretString))).toEqual(empty);
  });

  test.each(['bluesky', 'hackernews', 'wikimedia'])('of %s is none', (network) => {
    templateOf(synthApp({ producers: network }), 'Ingestion').resourceCountIs('AWS::SecretsManager::Secret', 0);
  });

  test('are told to commands by their names', () => {
    const template = templateOf(synthApp({ producers: 'bluesky,twitter,mastodon' }), 'Ingestion');
    const { Value } = template.findOutputs('ProducerSecretNames')['ProducerSecretNames'] ?? {};

    const names = IngestionOutputsSchema.shape.ProducerSecretNames.parse(deployed(Value));
    expect(names).toEqual({ twitter: 'twitter-name', mastodon: 'mastodon-name' });
  });

  test('hold no other stack back when a network is taken out of the list', () => {
    const exported = Object.values(templateOf(synthApp({ producers: 'twitter' }), 'Ingestion').findOutputs('*')).filter(
      (output) => 'Export' in output,
    );

    expect(JSON.stringify(exported)).not.toContain('ProducerSecrets');
  });
});

/** A text as CloudFormation would make it, where a secret's ARN ends in the name of its network, `-name` and `-suffix`. */
function deployed(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref } = z.object({ Ref: z.string() }).safeParse(value).data ?? {};
  if (Ref !== undefined) {
    const network = SOURCES.find((source) => Ref.startsWith(`ProducerSecrets${source}`));
    return `arn:aws:secretsmanager:us-east-1:1:secret:${network}-name-suffix`;
  }
  const { 'Fn::Join': join } =
    z.object({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) }).safeParse(value).data ?? {};
  if (join !== undefined) return join[1].map(deployed).join(join[0]);
  const [index, split] = z.object({ 'Fn::Select': z.tuple([z.number(), z.unknown()]) }).parse(value)['Fn::Select'];
  const [by, text] = z.object({ 'Fn::Split': z.tuple([z.string(), z.unknown()]) }).parse(split)['Fn::Split'];
  return deployed(text).split(by)[index] ?? '';
}
