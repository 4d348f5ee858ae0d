import { describe, expect, test } from 'vitest';

import { readTableChange } from '../../../lambdas/index-table/table-change.ts';
import { livePostRow } from '../../../storage/live-row.ts';
import { tableEvent, type TableChange } from '../../support/aws/table-event.ts';
import { makePost } from '../../support/make-event.ts';

const NOW_MS = Date.parse('2026-11-20T18:00:00.000Z');
const ROW_SETTINGS = { writeShards: 1, lateHours: 48, authorSalt: 'salt' };

function read(change: TableChange) {
  const [record] = tableEvent([change], NOW_MS).Records;
  return record && readTableChange(record);
}

function rowOf(text: string) {
  return livePostRow(makePost({ text, raw: { any: 1 } }), { key_words: [] }, ROW_SETTINGS);
}

describe('a row that was written', () => {
  test.each([
    ['short', 'hello'],
    ['compressed', 'hello '.repeat(1_000)],
  ])('is its event without what only the lake keeps: %s', (_, text) => {
    const change = read({ written: rowOf(text) });

    const { raw: _raw, ...event } = makePost({ text });
    expect(change?.parsed).toEqual({ ok: true, event });
    expect(JSON.parse(Buffer.from(change?.record.data ?? []).toString())).toEqual(event);
  });

  test('is rejected where it holds no event, and kept as it came', () => {
    const change = read({ written: { ...rowOf('hello'), doc: new Uint8Array([1, 2, 3]) } });

    expect(change?.parsed).toEqual({ ok: false, reason: 'unprocessable', detail: 'the row holds no event' });
    expect(Buffer.from(change?.record.data ?? []).toString()).toContain('"B":"AQID"');
    expect(change?.record).toMatchObject({ shardId: 'live_table_twitter', sequenceNumber: '1', arrivedAtMs: NOW_MS });
  });
});

describe('a row that has gone', () => {
  test('says nothing where its time was over', () => {
    expect(read({ removed: rowOf('hello'), by: 'ttl' })).toBeUndefined();
  });

  test('is a delete of its post where a person has removed it', () => {
    expect(read({ removed: rowOf('hello'), by: 'person' })?.parsed).toEqual({
      ok: true,
      event: {
        v: 1,
        kind: 'delete',
        id: 'twitter:1',
        created_at: '2026-11-20T17:38:00.000Z',
        observed_at: '2026-11-20T17:38:45.000Z',
      },
    });
  });
});
