import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { runSession, type SessionOptions } from '../../local/session.ts';

// Both write what happens to them into one file, so that their order shows.
const WELL_BEHAVED = `
  import { appendFileSync, readFileSync } from 'node:fs';
  const [name, endsBy] = process.argv.slice(2);
  const note = (what) => appendFileSync('order.txt', name + ' ' + what + '\\n');
  let signals = 0;
  process.on('SIGINT', () => {
    if (signals++ > 0) return note('second SIGINT');
    setTimeout(() => { note('ended'); if (name === 'generator') console.error('sent 7'); process.exit(0); }, 100);
  });
  const haveBothStarted = () => readFileSync('order.txt', 'utf8').split('started').length > 2;
  if (endsBy !== undefined) setInterval(() => haveBothStarted() && process.exit(Number(endsBy)), 20);
  setInterval(() => {}, 1000);
  note('started');
`;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'groundswell-session-'));
  await writeFile(join(folder, 'program.mjs'), WELL_BEHAVED);
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('a stop by a person ends the view, then the generator, and counts as success', async () => {
  const { code, reported, order } = await run({ stopWhen: untilStarted });

  expect(code).toBe(0);
  expect(order.slice(-2)).toEqual(['view ended', 'generator ended']);
  expect(reported).toEqual(['Generator: sent 7']);
});

test('the generator hears of the stop once', async () => {
  const { order } = await run({ stopWhen: untilStarted });

  expect(order).not.toContain('generator second SIGINT');
});

test('a generator that ends by itself ends the view, with a sentence and exit code 1', async () => {
  const { code, reported, order } = await run({ generatorEndsBy: '3' });

  expect(code).toBe(1);
  expect(reported[0]).toContain('The generator has stopped by itself');
  expect(order).toContain('view ended');
});

test('a view that fails ends the generator, with a sentence and exit code 1', async () => {
  const { code, reported, order } = await run({ viewEndsBy: '1' });

  expect(code).toBe(1);
  expect(reported[0]).toBe('The view has stopped by itself.');
  expect(order).toContain('generator ended');
});

test('a view that a person closes ends the session as success', async () => {
  const { code } = await run({ viewEndsBy: '0' });

  expect(code).toBe(0);
});

test('a dead emulator ends both, with a sentence and exit code 1', async () => {
  const { code, reported } = await run({ emulatorProblem: () => 'The emulator has died.' });

  expect(code).toBe(1);
  expect(reported[0]).toBe('The emulator has died.');
});

test('a dead search server is said at once and at the end, and all else goes on', async () => {
  const asked = new AbortController();
  const { code, reported } = await run({
    searchProblem: () => {
      asked.abort();
      return 'The search server has died.';
    },
    stopWhen: async () => {
      while (!asked.signal.aborted) await sleep(20);
    },
  });

  expect(code).toBe(0);
  expect(reported).toEqual(['The search server has died.', 'The search server has died.', 'Generator: sent 7']);
});

interface Scenario {
  readonly generatorEndsBy?: string;
  readonly viewEndsBy?: string;
  readonly stopWhen?: () => Promise<void>;
  readonly emulatorProblem?: () => string | undefined;
  readonly searchProblem?: () => string | undefined;
}

async function run({ generatorEndsBy, viewEndsBy, stopWhen, emulatorProblem, searchProblem }: Scenario) {
  const reported: string[] = [];
  const stop = new AbortController();
  const program = (name: string, endsBy: string | undefined) => [
    'program.mjs',
    name,
    ...(endsBy === undefined ? [] : [endsBy]),
  ];
  const options: SessionOptions = {
    generator: program('generator', generatorEndsBy),
    view: program('view', viewEndsBy),
    root: folder,
    env: process.env,
    generatorLog: join(folder, 'generator.log'),
    emulatorProblem: emulatorProblem ?? (() => undefined),
    searchProblem: searchProblem ?? (() => undefined),
    stop: stop.signal,
    report: (line) => reported.push(line),
  };
  const [code] = await Promise.all([runSession(options), stopWhen?.().then(() => stop.abort())]);
  return { code, reported, order: await readOrder() };
}

async function untilStarted(): Promise<void> {
  while ((await readOrder()).length < 2) await sleep(20);
}

async function readOrder(): Promise<string[]> {
  return (await readFile(join(folder, 'order.txt'), 'utf8').catch(() => '')).split('\n').filter(Boolean);
}
