import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { validateEvent } from '../../../core/parse-event.ts';
import { SourceError } from '../../../producers/source-error.ts';
import type { SourceItem } from '../../../producers/source.ts';
import { fileSource, hoursToNow } from '../../../producers/sources/file.ts';
import { makePost } from '../../support/make-event.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.parse('2026-11-21T10:20:30.400Z');
const signal = new AbortController().signal;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'groundswell-file-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function makeFile(content: string | Uint8Array, name = 'events.jsonl'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

function readAll(path: string, { shiftHours = 0, resumeAfter }: { shiftHours?: number; resumeAfter?: string } = {}) {
  return Array.fromAsync(fileSource(path, shiftHours)({ signal, resumeAfter }));
}

function valueOf(item: SourceItem): string {
  if (item.kind === 'passed') return '';
  return item.kind === 'event' ? JSON.stringify(item.value) : item.reason;
}

function outline(items: readonly SourceItem[]): string[] {
  return items.map((item) => `${item.kind === 'passed' ? '' : item.place}: ${valueOf(item)}`);
}

function at(time: string, overrides: object = {}): string {
  return JSON.stringify({ ...makePost({ created_at: time, observed_at: time }), ...overrides });
}

test('lines that are no JSON are named by their number, and the others are read', async () => {
  const path = await makeFile('{"a":1}\nnonsense\n{"a":3}\n\n{"a":5');

  expect(outline(await readAll(path))).toEqual([
    'line 1: {"a":1}',
    'line 2: not_json',
    'line 3: {"a":3}',
    'line 5: not_json',
  ]);
});

test('a line that is not UTF-8 is rejected, its neighbours are not', async () => {
  const path = await makeFile(Buffer.concat([Buffer.from('1\n"'), Buffer.from([0xff, 0xfe]), Buffer.from('"\n"é"\n')]));

  expect(outline(await readAll(path))).toEqual(['line 1: 1', 'line 2: not_utf8', 'line 3: "é"']);
});

test('Windows line ends, empty lines and a byte order mark are passed over', async () => {
  const path = await makeFile('\ufeff1\r\n\r\n\n2\r\n');

  expect(outline(await readAll(path))).toEqual(['line 1: 1', 'line 4: 2']);
});

test('a line over 2 MiB is rejected, the next one is read', async () => {
  const path = await makeFile(`"${'x'.repeat(2 * 1024 * 1024)}"\n2\n"${'y'.repeat(2 * 1024 * 1024 - 2)}"\n`);

  const items = await readAll(path);

  expect(items.map(({ kind }) => kind)).toEqual(['rejected', 'event', 'event']);
  expect(items[0]).toMatchObject({ place: 'line 1', reason: expect.stringMatching(/^too_long/) });
});

test('lines are cut the same wherever the chunks of the file end', async () => {
  const lines = Array.from({ length: 3_000 }, (_, i) => JSON.stringify(`é${'z'.repeat(i % 97)}${i}`));
  const path = await makeFile(lines.join('\n'));

  const items = await readAll(path);

  expect(items.map(valueOf)).toEqual(lines);
});

test('a compressed file reads like a plain one, also one made of several parts', async () => {
  const path = await makeFile(Buffer.concat([gzipSync('1\n2\n'), gzipSync('3\n')]), 'events.jsonl.gz');

  expect(outline(await readAll(path))).toEqual(['line 1: 1', 'line 2: 2', 'line 3: 3']);
});

test('a compressed file that breaks off gives what it holds, and then says so', async () => {
  const whole = gzipSync(Array.from({ length: 20_000 }, (_, i) => `${i * 7_919}`).join('\n'));
  const path = await makeFile(whole.subarray(0, whole.length - 100), 'events.jsonl.gz');
  const items: SourceItem[] = [];

  const reading = (async () => {
    for await (const item of fileSource(path, 0)({ signal })) items.push(item);
  })();

  await expect(reading).rejects.toThrow(SourceError);
  expect(items.length).toBeGreaterThan(1_000);
});

test.each(['folder', 'missing.jsonl', 'missing.jsonl.gz'])(
  '%s cannot be read: one sentence with its name',
  async (name) => {
    const path = name === 'folder' ? folder : join(folder, name);

    await expect(readAll(path)).rejects.toThrow(SourceError);
    await expect(readAll(path)).rejects.toThrow(path);
  },
);

test('reading goes on after the line of a checkpoint', async () => {
  const path = await makeFile('1\n\n3\nx\n5\n');

  expect(outline(await readAll(path, { resumeAfter: '3' }))).toEqual(['line 4: not_json', 'line 5: 5']);
});

test('a shift moves both times of an event by the same whole hours and nothing else', async () => {
  const event = makePost({
    text: 'kept',
    created_at: '2026-11-20T23:59:59.999Z',
    observed_at: '2026-11-21T00:00:01.000Z',
  });
  const path = await makeFile(JSON.stringify(event));

  const [item] = await readAll(path, { shiftHours: 2 });

  expect(item).toMatchObject({
    kind: 'event',
    value: { ...event, created_at: '2026-11-21T01:59:59.999Z', observed_at: '2026-11-21T02:00:01.000Z' },
  });
});

test.each([
  ['without milliseconds', { created_at: '2026-11-20T17:38:40Z' }],
  ['in the year 1', { created_at: '0001-01-01T00:00:00.000Z' }],
  ['of another version', { v: 2 }],
])('an event %s is rejected with a shift as it is without', async (_, overrides) => {
  const path = await makeFile(JSON.stringify({ ...makePost(), ...overrides }));

  const [item] = await readAll(path, { shiftHours: 5 });

  expect(item?.kind === 'event' && validateEvent(item.value, NOW_MS).ok).toBe(false);
});

test('a shift past the end of the calendar does not stop the file', async () => {
  const path = await makeFile(`${at('9999-12-31T23:59:59.000Z')}\n${at('2026-11-20T00:00:00.000Z')}`);

  const items = await readAll(path, { shiftHours: 24 });

  expect(items.map((item) => item.kind === 'event' && validateEvent(item.value, NOW_MS).ok)).toEqual([false, true]);
});

test('after the shift the newest event lies in the last closed hour, and the times between events are kept', async () => {
  const minutes = fc.array(fc.integer({ min: -500_000, max: 400_000 }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(minutes, fc.integer({ min: 0, max: HOUR_MS - 1 }), async (offsets, intoHourMs) => {
      const nowMs = Date.parse('2026-11-21T10:00:00.000Z') + intoHourMs;
      const times = offsets.map((minute) => nowMs + minute * 60_000);
      const path = await makeFile(times.map((ms) => at(new Date(ms).toISOString())).join('\n'));

      const hours = await hoursToNow(path, nowMs);
      const newestMs = Math.max(...times) + hours * HOUR_MS;

      expect(Number.isInteger(hours)).toBe(true);
      expect(new Date(newestMs).toISOString().slice(0, 13)).toBe('2026-11-21T09');
    }),
    { numRuns: 50 },
  );
});

test('lines that are no events do not decide the shift', async () => {
  const path = await makeFile(
    [
      at('2026-11-19T08:30:00.000Z'),
      at('2027-01-01T00:00:00.000Z', { v: 2 }),
      at('9999-12-31T00:00:00.000Z'),
      JSON.stringify({ created_at: '2026-12-01T00:00:00.000Z', observed_at: '2026-12-01T00:00:00.000Z' }),
      'nonsense',
    ].join('\n'),
  );

  expect(await hoursToNow(path, NOW_MS)).toBe(49);
});

test('a file without events is not moved', async () => {
  expect(await hoursToNow(await makeFile(''), NOW_MS)).toBe(0);
});
