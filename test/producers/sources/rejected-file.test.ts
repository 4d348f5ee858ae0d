import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { SetupError } from '../../../deployment/command-line.ts';
import { encodeItem } from '../../../producers/encode-event.ts';
import { fileSource } from '../../../producers/sources/file.ts';
import { rejectedFile } from '../../../producers/sources/rejected-file.ts';
import { makePost } from '../../support/make-event.ts';

const NOW_MS = Date.parse('2026-11-21T10:20:30.400Z');

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'groundswell-rejected-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function writeRejected(content: string | Uint8Array): Promise<string> {
  const path = join(folder, 'rejected.jsonl');
  const events = join(folder, 'events.jsonl');
  await writeFile(events, content);
  const file = rejectedFile(path);
  for await (const item of fileSource(events, 0)({ signal: new AbortController().signal })) {
    if (item.kind === 'passed') continue;
    const encoded = encodeItem(item, NOW_MS);
    if (!encoded.ok) file.add(item, encoded);
  }
  file.close();
  return path;
}

test('has each line that was not sent, with its number, the reason, what is wrong, and its text', async () => {
  const good = JSON.stringify(makePost());
  const party = JSON.stringify({ ...makePost(), kind: 'party' });
  const head = `${good}\n{"half\n\n${party}\n"${'x'.repeat(2 * 1024 * 1024)}"\n`;
  const path = await writeRejected(Buffer.concat([Buffer.from(head), Buffer.from([0xff, 0x0a])]));

  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { line: 2, reason: 'not_json', text: '{"half' },
    {
      line: 4,
      reason: 'invalid_event',
      detail: 'kind: Invalid option: expected one of "post"|"comment"|"repost"|"event"|"edit"|"delete"',
      text: party,
    },
    { line: 5, reason: 'too_long', detail: 'a line takes at most 2 MiB' },
    { line: 6, reason: 'not_utf8' },
  ]);
});

test('is not left behind where every line was sent', async () => {
  const path = await writeRejected(JSON.stringify(makePost()));

  await expect(access(path)).rejects.toThrow(/ENOENT/);
});

test('is never written over a file that is there, be it the file of events', async () => {
  const path = join(folder, 'events.jsonl');
  await writeFile(path, 'mine');

  expect(() => rejectedFile(path)).toThrow(
    new SetupError(`${path} is there already: name a new file with --rejected.`),
  );
  expect(await readFile(path, 'utf8')).toBe('mine');
});

test('that cannot be made is told of in one sentence', () => {
  expect(() => rejectedFile(join(folder, 'none', 'rejected.jsonl'))).toThrow(/cannot be written: ENOENT/);
});
