import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';
import * as z from 'zod';

import { TABLE_REASONS } from '../../core/parse-event.ts';
import { ownMetricsOf } from '../../cost/own-metrics.ts';
import { resourcesOf, synthApp } from '../support/app.ts';

const LAMBDAS = join(import.meta.dirname, '..', '..', 'lambdas');
const FUNCTIONS = readdirSync(LAMBDAS).filter((name) => name !== 'shared');
const OwnAlarmSchema = z.object({
  Namespace: z.literal('Groundswell'),
  MetricName: z.string(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })),
});

describe('the custom metrics of the bill', () => {
  test('of write-live are its counts, and one for each reason to reject', () => {
    expect(ownMetricsOf('write-live')).toEqual([
      'EventsWritten',
      'TooLateEvents',
      ...TABLE_REASONS.map((reason) => `RejectedRecords reason=${reason}`),
      'FailedBatches',
    ]);
  });

  test('of a function that nobody has thought about are not known', () => {
    expect(ownMetricsOf('forget-everything')).toBeUndefined();
  });

  test('are known of every function, and are all that lambdas/shared/metrics.ts names', () => {
    const counted = new Set(FUNCTIONS.flatMap((name) => ownMetricsOf(name) ?? [name]).map(nameOf));
    const source = readFileSync(join(LAMBDAS, 'shared', 'metrics.ts'), 'utf8');
    const named = [...source.matchAll(/addMetric\('(\w+)'/g)].map(([, name = '']) => name);

    expect(named.length).toBeGreaterThan(5);
    expect([...counted].toSorted()).toEqual([...new Set(named)].toSorted());
  });

  test('have among them every one that an alarm looks at', () => {
    const alarms = resourcesOf(synthApp(), 'AWS::CloudWatch::Alarm').flatMap(({ Properties }) => {
      const { success, data } = OwnAlarmSchema.safeParse(Properties);
      return success ? [data] : [];
    });

    expect(alarms.length).toBeGreaterThan(5);
    for (const { MetricName, Dimensions } of alarms) {
      const folder = (Dimensions.find(({ Name }) => Name === 'service')?.Value ?? '').slice('trends-'.length);
      const further = Dimensions.filter(({ Name }) => Name !== 'service').map(({ Name, Value }) => ` ${Name}=${Value}`);
      expect(ownMetricsOf(folder)).toContain(`${MetricName}${further.join('')}`);
    }
  });
});

function nameOf(metric: string): string {
  return metric.split(' ', 1)[0] ?? '';
}
