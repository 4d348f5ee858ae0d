import { expect, test } from 'vitest';

import { replay } from '../../../producers/replay/replay.ts';
import { replayLines } from '../../../producers/replay/report.ts';
import { originalsLake, originalsOf } from '../../support/lake-originals.ts';

const DAY_MS = Date.parse('2026-11-20T00:00:00.000Z');
const HOUR_MS = 3_600_000;
const ARRIVED = { fromMs: DAY_MS, toMs: DAY_MS + 24 * HOUR_MS };

test.each([
  ['of all networks', undefined, ''],
  ['of one, which cannot be told of what is no event', 'reddit', ' They are of all networks, not of reddit alone.'],
] as const)(
  'a replay %s counts what is no event in pieces, as records of it run together',
  async (_, source, whose) => {
    const rubbish = ['nonsense', 'and more'].map((text, id) => ({
      shardId: 'shardId-000000000000',
      sequenceNumber: String(id),
      partitionKey: 'p',
      arrivedAtMs: DAY_MS + 18 * HOUR_MS,
      data: Buffer.from(text),
    }));
    const nowMs = DAY_MS + 19 * HOUR_MS;
    const deps = {
      lake: originalsLake(originalsOf(rubbish)),
      to: { findRows: async () => new Set<string>() },
      settings: { writeShards: 2, lateHours: 48 },
      now: () => nowMs,
      stop: new AbortController().signal,
      onProgress: () => undefined,
    };
    const summary = await replay(deps, { arrived: ARRIVED, source });

    expect(replayLines(summary, { isDry: true, arrived: ARRIVED, source, nowMs }).slice(2, 4)).toEqual([
      expect.stringMatching(/^not_json: 1 piece that is no event, not sent {2}original-data/),
      `Such records without line ends between them run together into one piece; npm run redrive -- --dry-run has them one by one.${whose}`,
    ]);
  },
);
