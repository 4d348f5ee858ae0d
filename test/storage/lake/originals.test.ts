import { describe, expect, test } from 'vitest';

import { originalsIn } from '../../../storage/lake/originals.ts';
import { lakeOf } from '../../support/index-world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = Date.parse('2026-11-20T00:00:00.000Z');

describe('the objects of hours of arrival', () => {
  const name = (day: string, time: string): string =>
    `original-data/year=2026/month=11/day=${day}/hour=${time.slice(0, 2)}/events-1-2026-11-${day}-${time}-5f2c.gz`;
  const at10 = DAY_MS + 10 * HOUR_MS;
  const minuteMs = 60_000;

  test.each([
    ['their own, whenever they were stored', name('20', '10-00-00'), at10 + 48 * HOUR_MS, true],
    ['their own to the last second', name('20', '11-59-59'), at10 + 2 * HOUR_MS + minuteMs, true],
    ['none of the hour behind them', name('20', '12-00-00'), at10 + 2 * HOUR_MS + minuteMs, false],
    ['none that was stored before them', name('20', '09-59-30'), at10 - minuteMs, false],
    ['one that reaches into them', name('20', '09-59-30'), at10 + minuteMs, true],
    ['one that Firehose filled from a backlog of hours', name('20', '02-00-00'), at10 + minuteMs, true],
    ['one of the day before, after an outage of a day', name('19', '11-00-00'), at10 + minuteMs, true],
    ['one that does not say when it began', 'original-data/year=2026/month=11/day=20/hour=09/by-hand', at10, true],
    ['nothing but originals', 'raw/year=2026/month=11/day=20/x', at10, false],
  ])('are %s', async (_, key, storedAtMs, isOne) => {
    const store = lakeOf(new Map([[key, Buffer.from('{}')]]), () => storedAtMs);
    const found = await originalsIn(store, { fromMs: at10, toMs: at10 + 2 * HOUR_MS });

    expect(found.map((object) => object.key)).toEqual(isOne ? [key] : []);
  });
});
