import { dirname } from 'node:path';

import { expect, test } from 'vitest';

import { localTarget } from '../../deployment/target.ts';
import { awsEnvironment, childEnvironment } from '../../local/environment.ts';
import { readLocalSettings } from '../../local/settings.ts';

test('a local target gives clients the address and the credentials of the emulator', () => {
  expect(awsEnvironment(localTarget(4570))).toEqual({
    AWS_ENDPOINT_URL: 'http://localhost:4570',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
  });
});

test('what would send a child process elsewhere does not reach it', () => {
  const env = childEnvironment(localTarget(4570), { AWS_PROFILE: 'work', AWS_ENDPOINT_URL_S3: 'http://x', HOME: '/h' });

  expect(env).not.toHaveProperty('AWS_PROFILE');
  expect(env).not.toHaveProperty('AWS_ENDPOINT_URL_S3');
  expect(env).toHaveProperty('HOME', '/h');
});

test("the real account keeps the person's own environment", () => {
  expect(childEnvironment({ label: 'AWS' }, { AWS_PROFILE: 'work' })).toMatchObject({ AWS_PROFILE: 'work' });
});

test('child processes run under this Node', () => {
  expect(childEnvironment(localTarget(4570), { PATH: '/usr/bin' })['PATH']).toMatch(
    new RegExp(`^${dirname(process.execPath)}.*/usr/bin$`),
  );
});

test.each(['0', '65536', 'http', '1.5'])('the port %s is refused', (port) => {
  expect(() => readLocalSettings({ GROUNDSWELL_PORT: port })).toThrow(
    `GROUNDSWELL_PORT is "${port}"; allowed is a port`,
  );
});

test.each([
  [{ GROUNDSWELL_SEARCH_PORT: '0' }, 'GROUNDSWELL_SEARCH_PORT is "0"; allowed is a port from 1 to 65535.'],
  [{ GROUNDSWELL_SEARCH: 'on' }, 'GROUNDSWELL_SEARCH is "on"; allowed is auto, off, required.'],
  [{ OPENSEARCH_URL: 'localhost:9200' }, 'OPENSEARCH_URL is not an address that serves; allowed is http://HOST:PORT'],
])('%j is refused', (environment, sentence) => {
  expect(() => readLocalSettings(environment)).toThrow(sentence);
});

test('an address with a login is refused, and not repeated', () => {
  const refused = () => readLocalSettings({ OPENSEARCH_URL: 'https://admin:secret@search:9200' });

  expect(refused).toThrow('without a login');
  expect(refused).not.toThrow('secret');
});

test('search is automatic on port 9200, unless the environment says otherwise', () => {
  expect(readLocalSettings({}).search).toEqual({ mode: 'auto', port: 9200, url: '' });
  expect(
    readLocalSettings({ GROUNDSWELL_SEARCH: 'required', GROUNDSWELL_SEARCH_PORT: '9300', OPENSEARCH_URL: 'http://s/' }),
  ).toMatchObject({ search: { mode: 'required', port: 9300, url: 'http://s' } });
});

test('the cache follows XDG_CACHE_HOME', () => {
  expect(readLocalSettings({ XDG_CACHE_HOME: '/c', HOME: '/h' }).cacheFolder).toBe('/c/groundswell');
  expect(readLocalSettings({ HOME: '/h' }).cacheFolder).toBe('/h/.cache/groundswell');
});
