import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { dashboardProblems } from '../../core/search/dashboards/validate.ts';
import { startDashboardsServer } from '../support/dashboards-server.ts';
import { runScript } from '../support/run-script.ts';

const dashboards = (...args: string[]) => runScript(['commands/dashboards.ts', ...args], { env: {} });

describe('npm run dashboards', () => {
  test('prints a file that has no fault, for the alias of a server on this machine', async () => {
    const { code, stdout } = await dashboards('--preset', 'nba');

    expect(code).toBe(0);
    expect(stdout).toContain('"title":"nba-posts"');
    expect(dashboardProblems(stdout)).toEqual([]);
  });

  test('writes the same into a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dashboards-'));
    const file = join(folder, 'nba.ndjson');

    await dashboards('--preset', 'nba', '--alias', 'mine', '--out', file);

    expect(await readFile(file, 'utf8')).toBe((await dashboards('--preset', 'nba', '--alias', 'mine')).stdout);
    await rm(folder, { recursive: true });
  });

  test('puts them into a server, again and again', async () => {
    await using server = await startDashboardsServer();

    const first = await dashboards('--import', '--url', server.url, '--preset', 'iphone');
    const second = await dashboards('--import', '--url', server.url, '--preset', 'iphone');

    expect([first.code, second.code]).toEqual([0, 0]);
    expect(second.stdout).toBe(`${server.stored.size} objects are in OpenSearch Dashboards at ${server.url}.\n`);
  });

  test.each<[string, string[], number, RegExp]>([
    ['a server that is not there', ['--import', '--url', 'http://127.0.0.1:1'], 1, /does not answer at .*Start it/],
    ['an address that is none', ['--import', '--url', 'localhost'], 2, /--url is "localhost"; allowed is an address/],
    ['an address without --import', ['--url', 'http://127.0.0.1:1'], 2, /are for --import/],
    ['a file beside --import', ['--import', '--out', 'x'], 2, /--out is not for --import/],
    ['an unknown preset', ['--preset', 'cat'], 2, /There is no preset "cat"/],
    ['a file that cannot be written', ['--out', join('no', 'such', 'folder', 'x')], 1, /cannot be written/],
  ])('says in a sentence what is wrong with %s', async (_what, args, code, sentence) => {
    const result = await dashboards(...args);

    expect(result.code).toBe(code);
    expect(result.stderr).toMatch(sentence);
    expect(result.stderr).not.toContain('    at ');
  });
});
