import { expect, test } from 'vitest';

import type { RedriveSummary } from '../../../producers/redrive/redrive.ts';
import { redriveJson, redriveLines } from '../../../producers/redrive/report.ts';

const EXAMPLE = { key: 'rejected/2026-11-20/shard/1.json', detail: 'v is not 1' };
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
  expect(redriveLines(SUMMARY, { isDry: false, isNarrowed: false })).toEqual([
    'given_up: 40 records in 2 objects, 40 sent again; 3 too late to change a table',
    '  rejected/2026-11-20/shard/1.json  v is not 1',
    '  and 1 more',
    'not_json: 1 record, 1 sent again',
    `  rejected/2026-11-20/shard/1.json  ${'x'.repeat(119)}…`,
    'Sent again: 41 records. What still cannot be processed is rejected and kept anew: look with --dry-run in a minute.',
  ]);
});

test('a dry one says that nothing was sent', () => {
  const lines = redriveLines(SUMMARY, { isDry: true, isNarrowed: false });

  expect(lines.join('\n')).not.toContain('sent again');
  expect(lines.at(-1)).toBe('Nothing was sent. Put the cause right, then run it without --dry-run.');
});

test('one that found nothing says so', () => {
  expect(redriveLines({ reasons: [], unreadable: [], isComplete: true }, { isDry: false, isNarrowed: false })).toEqual([
    'Nothing waits: no record is rejected or given up.',
  ]);
});

test('one that found nothing of what was asked for does not say that nothing waits at all', () => {
  const lines = redriveLines({ reasons: [], unreadable: [], isComplete: true }, { isDry: false, isNarrowed: true });

  expect(lines).toEqual(['Nothing waits of what --since and --reason ask for; without them all that waits is meant.']);
});

test.each([
  ['before it had seen anything', []],
  ['half-way', SUMMARY.reasons],
])('one that was stopped %s says that there is more', (_, reasons) => {
  const stopped = { reasons, unreadable: [], isComplete: false };

  expect(redriveLines(stopped, { isDry: false, isNarrowed: false }).at(-1)).toBe(
    'Stopped before the end: run it again for the rest.',
  );
  expect(redriveLines(stopped, { isDry: false, isNarrowed: false }).join('\n')).not.toContain('Nothing waits');
  expect(JSON.parse(redriveJson(stopped, { isDry: false }))).toMatchObject({ complete: false });
});

test('one whose posts the index did not take says in one sentence what stays, and what to do', () => {
  const summary = { ...SUMMARY, untaken: { objects: 2, problem: 'the search server does not take documents now' } };

  expect(redriveLines(summary, { isDry: false, isNarrowed: false }).at(-1)).toBe(
    'The search index did not take 2 objects, left to be sent again (the search server does not take documents now): run it again when it does, or with --stream-only to do without.',
  );
  expect(JSON.parse(redriveJson(summary, { isDry: false }))).toMatchObject({ not_indexed: { objects: 2 } });
});

test('what nobody can read is named', () => {
  expect(
    redriveLines(
      { reasons: [], unreadable: ['rejected/a.txt'], isComplete: true },
      { isDry: true, isNarrowed: false },
    )[0],
  ).toBe('Neither a rejected record nor a batch: 1 object, left: rejected/a.txt');
});

test('for a machine it is one object', () => {
  expect(JSON.parse(redriveJson(SUMMARY, { isDry: true }))).toMatchObject({
    dry_run: true,
    complete: true,
    reasons: [{ reason: 'given_up', records: 40, too_late: 3 }, { reason: 'not_json' }],
    unreadable: [],
  });
});
