import { describe, expect, test } from 'vitest';

import { lakeRowSettings } from '../../core/lake-settings.ts';
import { isDelete } from '../../core/social-event.ts';
import { resolveWeights } from '../../presets/weights.ts';
import { lakeLine, lakeRecord } from '../../storage/lake/lake-record.ts';
import { lakeDay } from '../support/lake-day.ts';
import { RUBBISH } from '../support/lake-rubbish.ts';
import { OBSERVED_AT, makePost } from '../support/make-event.ts';

const settings = lakeRowSettings({ features: [], weights: resolveWeights({}) });
const ARRIVED_MS = Date.parse(OBSERVED_AT) + 250;

describe('a record', () => {
  test.each(RUBBISH)('that is $name is $reason', ({ make, reason }) => {
    expect(lakeRecord(make(makePost(), ARRIVED_MS), ARRIVED_MS, settings)).toMatchObject({ ok: false, reason });
  });

  test('whose engine fails is rejected, and what the engine says is not told', () => {
    const engine = {
      ...settings.engine,
      extractPhrases: () => {
        throw new RangeError('the text of the post');
      },
    };

    const made = lakeRecord(Buffer.from(JSON.stringify(makePost())), ARRIVED_MS, { ...settings, engine });

    expect(made).toEqual({ ok: false, reason: 'unprocessable', detail: 'RangeError' });
  });

  test('of an event has its row, by the day on which it was created', () => {
    const post = makePost({ created_at: '2026-11-19T23:59:59.999Z', text: 'one\ntwo' });

    const made = lakeRecord(Buffer.from(JSON.stringify(post)), ARRIVED_MS, settings);

    expect(made).toMatchObject({ ok: true, partition: { year: '2026', month: '11', day: '19' } });
    const line = made.ok ? lakeLine(made.row) : '';
    expect(line.split('\n')).toEqual([expect.stringContaining('one\\ntwo'), '']);
  });
});

describe('the generated day', () => {
  const day = lakeDay({ seed: 7, events: 4_000 });

  test('is the same for the same options', () => {
    expect(lakeDay({ seed: 7, events: 4_000 })).toEqual(day);
    expect(lakeDay({ seed: 8, events: 4_000 }).records).not.toEqual(day.records);
  });

  test('has what makes a lake hard', () => {
    const { observations, posts, rubbish, records } = day;
    const distinct = new Set(observations.map(({ eventKey }) => eventKey)).size;
    const deleted = new Set(observations.filter(({ event }) => isDelete(event)).map(({ event }) => event.id));

    expect(records.length).toBe(observations.length + rubbish.length);
    expect(observations.length - distinct, 'duplicates').toBeGreaterThan(observations.length * 0.08);
    expect(distinct - posts.size, 'observations that do not win').toBeGreaterThan(0);
    expect([...deleted].filter((id) => posts.has(id)).length, 'back after their delete').toBeGreaterThan(0);
    expect(new Set(observations.map(({ event }) => event.created_at.slice(0, 10))).size, 'days').toBe(3);
    expect(new Set(rubbish.map(({ reason }) => reason)).size).toBe(new Set(RUBBISH.map(({ reason }) => reason)).size);
  });

  test('gives rows for its events, and its rubbish is rejected for the reason that it says', () => {
    const made = day.records.map(({ data, arrivedAtMs }) => lakeRecord(data, arrivedAtMs, settings));

    expect(made.flatMap((each) => (each.ok ? [each.row.event_key] : []))).toEqual(
      day.observations.map(({ eventKey }) => eventKey),
    );
    expect(made.flatMap((each) => (each.ok ? [] : [each.reason]))).toEqual(day.rubbish.map(({ reason }) => reason));
  });
});
