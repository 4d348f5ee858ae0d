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

test('the cache follows XDG_CACHE_HOME', () => {
  expect(readLocalSettings({ XDG_CACHE_HOME: '/c', HOME: '/h' }).cacheFolder).toBe('/c/groundswell');
  expect(readLocalSettings({ HOME: '/h' }).cacheFolder).toBe('/h/.cache/groundswell');
});
