import { expect, test } from 'vitest';

import type { RedriveSummary } from '../../../producers/redrive/redrive.ts';
import { redriveJson, redriveLines, type ReportOptions } from '../../../producers/redrive/report.ts';

const EXAMPLE = { key: 'rejected/2026-11-20/shard/1.json', detail: 'v is not 1' };
const OPTIONS: ReportOptions = { isDry: false, isNarrowed: false, isWhole: false, bucketName: 'kept' };
const SUMMARY: RedriveSummary = {
  reasons: [
    { reason: 'given_up', objects: 2, records: 40, tooLate: 3, sent: 40, examples: [EXAMPLE] },
    {
      reason: 'not_json',
      objects: 1,
      records: 1,
      tooLate: 0,
      sent: 1,
      examples: [{ ...EXAMPLE, detail: 'x'.repeat(500) }],
    },
  ],
  unreadable: [],
  isComplete: true,
};

test('a redrive tells of each reason how many there were, what came of them, and shows some', () => {
  expect(redriveLines(SUMMARY, OPTIONS)).toEqual([
    'In the bucket kept:',
    'given_up: 40 records in 2 objects, 40 sent again; 3 too late to change a table',
    '  rejected/2026-11-20/shard/1.json  v is not 1',
    '  and 1 more: --all names them',
    'not_json: 1 record, 1 sent again',
    `  rejected/2026-11-20/shard/1.json  ${'x'.repeat(119)}…`,
    'Sent again: 41 records. What still cannot be processed is rejected and kept anew: look with --dry-run in a minute.',
  ]);
});

test('a dry one says that nothing was sent', () => {
  const lines = redriveLines(SUMMARY, { ...OPTIONS, isDry: true });

  expect(lines.join('\n')).not.toContain('sent again');
  expect(lines.at(-1)).toBe('Nothing was sent. Put the cause right, then run it without --dry-run.');
});

test('one that found nothing says so', () => {
  expect(redriveLines({ reasons: [], unreadable: [], isComplete: true }, OPTIONS)).toEqual([
    'Nothing waits: no record is rejected or given up.',
  ]);
});

test('one that found nothing of what was asked for does not say that nothing waits at all', () => {
  const lines = redriveLines({ reasons: [], unreadable: [], isComplete: true }, { ...OPTIONS, isNarrowed: true });

  expect(lines).toEqual(['Nothing waits of what --since and --reason ask for; without them all that waits is meant.']);
});

test.each([
  ['before it had seen anything', []],
  ['half-way', SUMMARY.reasons],
])('one that was stopped %s says that there is more', (_, reasons) => {
  const stopped = { reasons, unreadable: [], isComplete: false };

  expect(redriveLines(stopped, OPTIONS).at(-1)).toBe('Stopped before the end: run it again for the rest.');
  expect(redriveLines(stopped, OPTIONS).join('\n')).not.toContain('Nothing waits');
  expect(JSON.parse(redriveJson(stopped, OPTIONS))).toMatchObject({ complete: false });
});

test('one whose posts the index did not take says in one sentence what stays, and what to do', () => {
  const summary = { ...SUMMARY, untaken: { objects: 2, problem: 'the search server does not take documents now' } };

  expect(redriveLines(summary, OPTIONS).at(-1)).toBe(
    'The search index did not take 2 objects, left to be sent again (the search server does not take documents now): run it again when it does, or with --stream-only to do without.',
  );
  expect(JSON.parse(redriveJson(summary, OPTIONS))).toMatchObject({ not_indexed: { objects: 2 } });
});

test('one that names all shortens nothing, and shows the beginning of a record where it was asked for', () => {
  const examples = [{ ...EXAMPLE, detail: 'x'.repeat(500), preview: '"{half"' }];
  const reasons = [{ reason: 'not_json', objects: 1, records: 1, tooLate: 0, sent: 1, examples }];
  const summary = { ...SUMMARY, reasons, unreadable: ['a', 'b'] };

  expect(redriveLines(summary, { ...OPTIONS, isWhole: true }).slice(1, -1)).toEqual([
    'not_json: 1 record, 1 sent again',
    `  ${EXAMPLE.key}  ${'x'.repeat(500)}  "{half"`,
    'Neither a rejected record nor a batch: 2 objects, left: a, b',
  ]);
  expect(redriveJson(summary, OPTIONS)).not.toContain('half');
});

test('what nobody can read is named', () => {
  expect(
    redriveLines({ reasons: [], unreadable: ['rejected/a.txt'], isComplete: true }, { ...OPTIONS, isDry: true })[1],
  ).toBe('Neither a rejected record nor a batch: 1 object, left: rejected/a.txt');
});

test('for a machine it is one object', () => {
  expect(JSON.parse(redriveJson(SUMMARY, { ...OPTIONS, isDry: true }))).toMatchObject({
    dry_run: true,
    complete: true,
    bucket: 'kept',
    reasons: [{ reason: 'given_up', records: 40, too_late: 3 }, { reason: 'not_json' }],
    kept: [
      { ...EXAMPLE, reason: 'given_up' },
      { ...EXAMPLE, reason: 'not_json', detail: 'x'.repeat(500) },
    ],
    unreadable: [],
  });
});
