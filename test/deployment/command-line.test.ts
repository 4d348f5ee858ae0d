import { parseArgs } from 'node:util';

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { TargetError } from '../../deployment/target.ts';
import { checkPreset, checkSettings, runCommand, SetupError, UsageError } from '../../deployment/command-line.ts';

const said: string[] = [];

beforeEach(() => {
  said.length = 0;
  vi.spyOn(console, 'error').mockImplementation((line: string) => said.push(line));
});

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

test.each([
  ['nothing', 0],
  ['0', 0],
  ['1', 1],
])('a command that returns %s ends with exit code %i', async (value, code) => {
  await runCommand('Usage', async () => (value === 'nothing' ? undefined : Number(value)));

  expect(process.exitCode).toBe(code);
});

test.each([
  [['--colour'], false, "Unknown option '--colour'."],
  [['--colour'], true, "Unknown option '--colour'."],
  [['--limit', '-1'], true, '--limit has no value; one that begins with a dash is written --limit=-….'],
])('%j, texts without a name %j, is one sentence, the usage, and exit code 2', async (args, allowPositionals, says) => {
  await runCommand('Usage: x', async () => {
    parseArgs({ args, options: { limit: { type: 'string' } }, allowPositionals });
  });

  expect(said).toEqual([`${says}\n\nUsage: x`]);
  expect(process.exitCode).toBe(2);
});

test('an unknown verb is one sentence, the usage, and exit code 2', async () => {
  await runCommand('Usage: x', () => Promise.reject(new UsageError('"fly" is not one of its verbs.')));

  expect(said).toEqual(['"fly" is not one of its verbs.\n\nUsage: x']);
  expect(process.exitCode).toBe(2);
});

test.each([new SetupError('Install Python.'), new TargetError('Install Python.')])(
  'what a person must put right is one line without a stack trace, and exit code 1 ($name)',
  async (error) => {
    await runCommand('Usage', () => Promise.reject(error));

    expect(said).toEqual(['Install Python.']);
    expect(process.exitCode).toBe(1);
  },
);

test('a fault of ours keeps its stack trace', async () => {
  await expect(runCommand('Usage', () => Promise.reject(new TypeError('x')))).rejects.toThrow(TypeError);
});

test('an unknown preset is refused with those that exist', () => {
  expect(() => checkPreset('cats')).toThrow('There is no preset "cats"; there is trends');
});

test('a setting without a value is refused', () => {
  expect(() => checkSettings(['lateHours=24', 'tracing'])).toThrow('-c is "tracing"; allowed is name=value.');
});
