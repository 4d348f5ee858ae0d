import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { SOURCES } from '../../core/sources.ts';
import { NETWORKS } from '../../deployment/networks.ts';
import { networkUsage } from '../../producers/network/options.ts';
import { NETWORK_READERS } from '../../producers/networks.ts';
import { OBSERVED_AT } from '../support/networks/check-normalise.ts';
import { samplePayloads } from '../support/networks/sample-payloads.ts';
import { xId } from '../support/networks/x-posts.ts';

const ROOT = join(import.meta.dirname, '..', '..');

test.each(SOURCES)('%s has a command, and its variables in the documentation', (source) => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const docs = readFileSync(join(ROOT, 'docs', 'producers.md'), 'utf8');
  const { credentials, addresses, about } = NETWORKS[source];

  expect(scripts[`producer:${source}`]).toBe(`exec node local/run.mjs producers/main.ts ${source}`);
  expect(networkUsage(source, about)).toContain(about);
  expect(docs).toContain(`\`${source}\``);
  for (const [name, address] of Object.entries(addresses)) {
    expect(docs).toContain(`\`${name}\``);
    expect(docs).toContain(`\`${address}\``);
  }
  for (const name of Object.keys(credentials)) expect(docs).toContain(name);
});

test.each(SOURCES)('a post of %s about cats comes to an event of its network', (source) => {
  const payload = samplePayloads(xId(Date.parse('2026-11-20T17:00:00.000Z')))[source];
  const normalised = NETWORK_READERS[source].normalise(payload, { observedAt: OBSERVED_AT });

  expect(normalised).toMatchObject({ kind: 'event', event: { source, observed_at: OBSERVED_AT } });
});
