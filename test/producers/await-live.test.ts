import { expect, test } from 'vitest';

import { minuteKey } from '../../core/windows.ts';
import { expectedRows, type AwaitLiveOptions, type FindRows } from '../../producers/await-live.ts';
import { liveRowKey } from '../../storage/live-row.ts';
import type { MarkName } from '../../storage/mark-store.ts';
import { CREATED_AT, makeDelete, makePost, OBSERVED_AT } from '../support/make-event.ts';
import { virtualClock, type VirtualClock } from '../support/virtual-clock.ts';

const HOUR_MS = 3_600_000;
const SETTINGS = { writeShards: 1, lateHours: 48 };
const START_MS = Date.parse(OBSERVED_AT);

function makeRows(findRows: FindRows, overrides: Partial<AwaitLiveOptions> = {}, startMs: number = START_MS) {
  const clock: VirtualClock = virtualClock(startMs);
  const marks: MarkName[] = [];
  const rows = expectedRows({
    findRows,
    addMarks: (names) => {
      marks.push(...names);
      return Promise.resolve();
    },
    settings: SETTINGS,
    now: clock.now,
    wait: clock.wait,
    signal: new AbortController().signal,
    report: () => undefined,
    ...overrides,
  });
  return { rows, clock, marks };
}

const findAll: FindRows = (_, keys) => Promise.resolve(keys);

test('nothing to wait for is there at once', async () => {
  const { rows, clock } = makeRows(findAll);

  expect(await clock.run(rows.arrived())).toBe(0);
  expect(clock.now()).toBe(START_MS);
});

test('rows are looked up in the table of their source, at most 100 at once, each one once', async () => {
  const asked: { source: string; keys: string[] }[] = [];
  const { rows, clock } = makeRows((source, keys) => {
    asked.push({ source, keys: keys.map(({ event_key }) => event_key) });
    return Promise.resolve(keys);
  });
  for (let i = 0; i < 250; i++) rows.expect(makePost({ id: `twitter:${i % 210}` }));
  rows.expect(makePost({ source: 'reddit' }));
  rows.expect(makeDelete({ id: 'meetup:1' }));

  expect(await clock.run(rows.arrived())).toBe(0);

  expect(asked.map(({ source, keys }) => [source, keys.length])).toEqual([
    ['twitter', 100],
    ['twitter', 100],
    ['twitter', 10],
    ['reddit', 1],
    ['meetup', 1],
  ]);
  expect(asked[3]?.keys).toEqual([liveRowKey(makePost({ source: 'reddit' }), 1).event_key]);
});

test('what was found is not asked for again, and waiting goes on while rows come', async () => {
  const asked: number[] = [];
  // One row appears each 50 seconds: 100 polls.
  const { rows, clock } = makeRows((_, keys) => {
    asked.push(keys.length);
    return Promise.resolve(asked.length % 100 === 0 ? keys.slice(0, 1) : []);
  });
  for (let i = 0; i < 3; i++) rows.expect(makePost({ id: `twitter:${i}` }));

  expect(await clock.run(rows.arrived())).toBe(0);

  expect(clock.now() - START_MS).toBeGreaterThan(120_000);
  expect([asked[0], asked[150], asked[250]]).toEqual([3, 2, 1]);
});

test('after a minute without progress the number of missing rows is told, and nothing is marked', async () => {
  const { rows, clock, marks } = makeRows((_, keys) => Promise.resolve(keys.filter((_, i) => i > 1)));
  for (let i = 0; i < 10; i++) rows.expect(makePost({ id: `twitter:${i}` }));
  let polls = 0;
  const { rows: stuck, clock: stuckClock } = makeRows((_, keys) => {
    polls += 1;
    return Promise.resolve(polls === 1 ? keys.slice(2) : []);
  });
  for (let i = 0; i < 10; i++) stuck.expect(makePost({ id: `twitter:${i}` }));

  expect(await clock.run(rows.arrived())).toBe(2);
  expect(await stuckClock.run(stuck.arrived())).toBe(2);

  expect(marks).toEqual([]);
  expect(stuckClock.now() - START_MS).toBeGreaterThanOrEqual(60_000);
  expect(stuckClock.now() - START_MS).toBeLessThan(62_000);
});

test('an event that is too late for its window is counted and not waited for', async () => {
  const endMs = Date.parse(`${minuteKey(Date.parse(CREATED_AT))}:00.000Z`) + 48 * HOUR_MS;
  const early = makeRows(() => Promise.resolve([]), {}, endMs - 1);
  const late = makeRows(() => Promise.resolve([]), {}, endMs);
  early.rows.expect(makePost());
  late.rows.expect(makePost());

  expect(early.rows.tooLate()).toBe(0);
  expect(late.rows.tooLate()).toBe(1);
  expect(await late.clock.run(late.rows.arrived())).toBe(0);
});

test('when all rows are there, every minute that they touch is marked, after the last row was found', async () => {
  let isFound = false;
  const { rows, clock, marks } = makeRows((_, keys) => {
    expect(marks).toEqual([]);
    const answer = isFound ? keys : [];
    isFound = true;
    return Promise.resolve(answer);
  });
  rows.expect(makePost({ id: 'twitter:1' }));
  rows.expect(makePost({ id: 'twitter:2' }));
  rows.expect(makePost({ id: 'twitter:3', created_at: '2026-11-20T17:37:00.000Z' }));
  rows.expect(makePost({ source: 'reddit' }));

  await clock.run(rows.arrived());

  expect(marks).toEqual([
    { window: 'live#twitter', key: '2026-11-20T17:38#0' },
    { window: 'live#twitter', key: '2026-11-20T17:37#0' },
    { window: 'live#reddit', key: '2026-11-20T17:38#0' },
  ]);
});

test('a stop ends the waiting at once', async () => {
  const stop = new AbortController();
  const { rows, clock, marks } = makeRows(() => Promise.resolve([]), { signal: stop.signal });
  rows.expect(makePost());
  const waiting = rows.arrived();
  await clock.step();

  stop.abort();

  expect(await waiting).toBe(1);
  expect(marks).toEqual([]);
});
