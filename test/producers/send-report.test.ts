import { expect, test } from 'vitest';

import { sendJson, sendLines, type SendOutcome } from '../../producers/send-report.ts';

const OUTCOME: SendOutcome = { sent: 30, retried: 1, rejected: 0, reasons: new Map(), seconds: 2 };
const REJECTED = { rejected: 53, reasons: new Map(Object.entries({ not_json: 3, invalid_event: 50 })) };

test('a sending that rejected nothing is one line', () => {
  expect(sendLines(OUTCOME)).toEqual(['30 sent, 1 sent again, 0 rejected in 2 s (15 a second).']);
});

test('what was rejected is counted by reason, the most frequent first', () => {
  expect(sendLines({ ...OUTCOME, ...REJECTED })).toEqual([
    '30 sent, 1 sent again, 53 rejected in 2 s (15 a second).',
    'Rejected: 50 invalid_event, 3 not_json.',
  ]);
});

test('events that changed nothing are told of, and those that did not appear', () => {
  expect(sendLines({ ...OUTCOME, missing: 2, tooLate: 4 }).slice(1)).toEqual([
    '4 are too late for their window and change nothing.',
    expect.stringMatching(/^2 did not appear/),
  ]);
  expect(sendLines({ ...OUTCOME, missing: 0, tooLate: 0 })).toHaveLength(1);
});

test('for a machine it is one object', () => {
  expect(JSON.parse(sendJson({ ...OUTCOME, ...REJECTED }))).toEqual({
    sent: 30,
    retried: 1,
    rejected: 53,
    rejected_reasons: { invalid_event: 50, not_json: 3 },
    seconds: 2,
  });
  expect(JSON.parse(sendJson({ ...OUTCOME, missing: 1, tooLate: 0 }))).toMatchObject({ missing: 1, too_late: 0 });
});
