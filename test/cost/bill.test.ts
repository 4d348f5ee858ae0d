import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Stack, type App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { countOperations } from '../../bench/count-operations.ts';
import { billOf, totalOf } from '../../cost/bill.ts';
import { CountedSchema, operationsAt, type Operations } from '../../cost/operations.ts';
import { pricedResources, TemplateSchema, UnknownResourceError, type PricedResources } from '../../cost/resources.ts';
import { billTable } from '../../cost/table.ts';
import { PRESET_NAMES } from '../../presets/presets.ts';
import { synthApp, type Settings } from '../support/app.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const SETTINGS = { liveHours: 49, summaryHours: 720, originalHours: 720 };
const { counted } = CountedSchema.parse(JSON.parse(readFileSync(join(ROOT, 'cost', 'operations.json'), 'utf8')));

const NOTHING: Operations = {
  rate: 0,
  streamBytes: 0,
  writeUnits: {},
  readUnits: {},
  liveRowBytes: 0,
  s3Writes: 0,
  s3Reads: 0,
  summaryBytes: 0,
  invocations: {},
  seconds: {},
};
const BARE: PricedResources = {
  shards: 0,
  functionGb: new Map([['write-live', 1]]),
  hasRecovery: false,
  alarms: 0,
  customMetrics: 0,
  dashboards: 0,
  keys: 0,
  secrets: 0,
  scheduledPerHour: 0,
  tasks: 0,
  taskCpus: 0,
  taskGb: 0,
  searchNodes: [],
  delivery: undefined,
  job: { dpus: 0, runsPerHour: 0 },
  searchGb: 0,
};

function templates(app: App) {
  return app.node.children
    .filter((child) => Stack.isStack(child))
    .map((stack) => TemplateSchema.parse(Template.fromStack(stack).toJSON()));
}

describe('a bill', () => {
  // By hand: amount x 730 hours x list price.
  test.each<[string, Partial<PricedResources>, Partial<Operations>, number]>([
    ['two shards', { shards: 2 }, {}, 21.9],
    ['a shard more than deployed, for the rate', { shards: 1 }, { rate: 1_500 }, 21.9 + 55.188],
    ['a million writes an hour', {}, { writeUnits: { live_twitter: 1e6 } }, 456.25],
    ['a million reads an hour', {}, { readUnits: { marks: 1e6 } }, 91.25],
    ['a gigabyte of live rows an hour, kept and restorable', { hasRecovery: true }, { liveRowBytes: 1e9 }, 22.05],
    ['a thousand PUTs and GETs an hour', {}, { s3Writes: 1_000, s3Reads: 1_000 }, 3.942],
    ['an hour of a gigabyte of memory each hour', {}, { seconds: { 'write-live': 3_600 } }, 35.0402],
    ['a thousand invocations an hour, with their logs', {}, { invocations: { 'write-live': 1_000 } }, 0.6935],
    ['ten alarms, two metrics, a dashboard', { alarms: 10, customMetrics: 2, dashboards: 1 }, {}, 4.6],
    ['a key and two secrets', { keys: 1, secrets: 2 }, {}, 1.8],
    ['a task of a quarter of a processor and half a gigabyte', { tasks: 1, taskCpus: 0.25, taskGb: 0.5 }, {}, 10.859],
    ['a small search node with ten gigabytes', { searchNodes: ['t3.small.search'], searchGb: 10 }, {}, 27.5],
    ['a thousand scheduled runs an hour', { scheduledPerHour: 1_000 }, {}, 0.73],
  ])('of %s', (_, resources, operations, usd) => {
    const items = billOf({ ...BARE, ...resources }, { ...NOTHING, ...operations }, SETTINGS);

    expect(totalOf(items)).toBeCloseTo(usd, 2);
  });

  test('never falls with the rate', () => {
    const resources = pricedResources(templates(synthApp()));
    const rate = fc.double({ min: 0, max: 2_000, noNaN: true });
    fc.assert(
      fc.property(rate, rate, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map((each) =>
          totalOf(billOf(resources, operationsAt(counted, each), SETTINGS)),
        );
        expect(low).toBeLessThanOrEqual((high ?? 0) + 1e-9);
      }),
    );
  });

  test('rises by what docs/cost.md says where producers are always on', () => {
    const idle = (settings: Settings): number =>
      totalOf(billOf(pricedResources(templates(synthApp(settings))), operationsAt(counted, 0), SETTINGS));
    const rise = (idle({ producers: 'bluesky' }) - idle({})).toFixed(2);
    const riseWithSecret = (idle({ producers: 'bluesky,twitter' }) - idle({ producers: 'bluesky' })).toFixed(2);

    const riseAtThree = (
      idle({ producers: 'bluesky,twitter,wikimedia' }) - idle({ producers: 'bluesky,twitter' })
    ).toFixed(2);

    const text = readFileSync(join(ROOT, 'docs', 'cost.md'), 'utf8').replaceAll(/\s+/g, ' ');
    expect(text).toContain(`one network: ${rise} US dollars a month`);
    expect(text).toContain(`each further network: 0.40, and ${riseWithSecret} with a secret`);
    expect(text).toContain(`the third: ${riseAtThree}`);
  });

  test('names a domain as docs/cost.md and README do, and nothing for it where there is none', () => {
    const domain = (settings: Settings): number | undefined =>
      billOf(pricedResources(templates(synthApp(settings))), NOTHING, SETTINGS).find(
        ({ what }) => what === 'OpenSearch: domain',
      )?.usd;
    const usd = domain({ search: 'true' }) ?? 0;

    expect(domain({})).toBe(0);
    expect(readFileSync(join(ROOT, 'docs', 'cost.md'), 'utf8').replaceAll(/\s+/g, ' ')).toContain(
      `${usd.toFixed(2)} US dollars a month for the domain`,
    );
    expect(readFileSync(join(ROOT, 'README.md'), 'utf8').replaceAll(/\s+/g, ' ')).toContain(
      `costs about ${Math.floor(usd)} USD a month`,
    );
  });

  test('cannot be made for a node whose price nobody has looked up', () => {
    const app = synthApp({ search: 'true', searchInstance: 'r6g.large.search' });

    expect(() => pricedResources(templates(app))).toThrow('The bill does not know what a r6g.large.search costs');
  });

  test('rises by what docs/cost.md says of the lake', () => {
    const at = (rate: number, settings: Settings): number =>
      totalOf(billOf(pricedResources(templates(synthApp(settings))), operationsAt(counted, rate), SETTINGS));
    const rise = (rate: number, settings: Settings, over: Settings): string =>
      (at(rate, settings) - at(rate, over)).toFixed(2);
    const off = { lake: 'false' };

    const text = readFileSync(join(ROOT, 'docs', 'cost.md'), 'utf8').replaceAll(/\s+/g, ' ');
    expect(text).toContain(`it is ${rise(0, {}, off)} US dollars a month idle`);
    expect(text).toContain(`${rise(1, {}, off)} at 1 event/s, ${rise(100, {}, off)} at 100.`);
    expect(text).toContain(`that is ${rise(1, {}, { preset: 'sentiment' })} more than every quarter of an hour`);
    expect(text).toContain(`adds ${rise(100, { lakeFormat: 'parquet' }, {})} at 100 events/s`);
  });

  // That preset gathers events for longer than the others.
  test.each(PRESET_NAMES.filter((name) => name !== 'sentiment'))(
    'is the one of docs/cost.md for the preset %s',
    (preset) => {
      const resources = pricedResources(templates(synthApp({ preset })));
      const bills = [0, 1, 100, 1_000].map((rate) => ({
        rate,
        items: billOf(resources, operationsAt(counted, rate), SETTINGS),
      }));

      expect(readFileSync(join(ROOT, 'docs', 'cost.md'), 'utf8')).toContain(billTable(bills));
    },
  );
});

test('README names what the bill comes to', () => {
  const resources = pricedResources(templates(synthApp()));
  const [idle, one, hundred] = [0, 1, 100].map((rate) =>
    totalOf(billOf(resources, operationsAt(counted, rate), SETTINGS)).toFixed(0),
  );

  const text = readFileSync(join(ROOT, 'README.md'), 'utf8').replaceAll(/\s+/g, ' ');
  expect(text).toContain(
    `by list prices ${idle} USD a month idle, ${one} at one event a second, ${hundred} at a hundred`,
  );
});

describe('the resources of a bill', () => {
  test('are refused where there is one that nobody has thought about', () => {
    const template = TemplateSchema.parse({ Resources: { Cluster: { Type: 'AWS::Redshift::Cluster' } } });

    expect(() => pricedResources([template])).toThrow(UnknownResourceError);
    expect(() => pricedResources([template])).toThrow('AWS::Redshift::Cluster');
  });

  test('are refused where a rule is on events that are paid for', () => {
    const ruleOn = (source: string) =>
      TemplateSchema.parse({
        Resources: { Rule: { Type: 'AWS::Events::Rule', Properties: { EventPattern: { source: [source] } } } },
      });

    expect(() => pricedResources([ruleOn('aws.glue')])).not.toThrow();
    expect(() => pricedResources([ruleOn('groundswell')])).toThrow('only rules on events of AWS');
    expect(() => pricedResources([ruleOn('groundswell')])).toThrow(UnknownResourceError);
  });

  test.each([
    ['cron(* * * * ? *)', 60],
    ['cron(0/5 * * * ? *)', 12],
    ['cron(23 * * * ? *)', 1],
  ])('count the runs of %s', (ScheduleExpression, runs) => {
    const schedule = { Type: 'AWS::Scheduler::Schedule', Properties: { ScheduleExpression } };

    expect(pricedResources([TemplateSchema.parse({ Resources: { schedule } })]).scheduledPerHour).toBe(runs);
  });

  test('are refused where a schedule has another form', () => {
    const schedule = { Type: 'AWS::Scheduler::Schedule', Properties: { ScheduleExpression: 'rate(1 hour)' } };

    expect(() => pricedResources([TemplateSchema.parse({ Resources: { schedule } })])).toThrow(UnknownResourceError);
  });
});

describe('operations', () => {
  test('at a counted rate are those that were counted', () => {
    for (const each of counted) expect(operationsAt(counted, each.rate)).toMatchObject(each);
  });

  test('of idle hours are counted again as they are in the file', { timeout: 60_000 }, async () => {
    expect(await countOperations({ preset: 'trends', rate: 0, minutes: 120 })).toEqual(counted[0]);
  });

  // Nearly: how far a text can be compressed depends on the processor's way of looking for repetitions.
  test('of an event a second are counted again nearly as in the file', { timeout: 60_000 }, async () => {
    const again = figuresOf(await countOperations({ preset: 'trends', rate: 1, minutes: 120 }));
    const inFile = figuresOf(counted[1] ?? NOTHING);

    expect([...again.keys()]).toEqual([...inFile.keys()]);
    for (const [name, value] of again) expect(value / (inFile.get(name) ?? 0), name).toBeCloseTo(1, 1);
  });

  test('cannot be told from one rate alone', () => {
    expect(() => operationsAt(counted.slice(0, 1), 5)).toThrow(RangeError);
  });
});

/** Every number of the operations, by its path. */
function figuresOf(operations: Operations): Map<string, number> {
  return new Map(
    Object.entries(operations).flatMap(([name, value]): [string, number][] =>
      typeof value === 'number'
        ? [[name, value]]
        : Object.entries(value).map(([key, each]): [string, number] => [`${name} ${key}`, each]),
    ),
  );
}
