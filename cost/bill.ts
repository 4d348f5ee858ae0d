import { lakeBytes, lakeCost, withTransform } from './lake-bill.ts';
import type { Operations } from './operations.ts';
import { PRICES, SEARCH_NODE_HOURS } from './prices.ts';
import type { PricedResources } from './resources.ts';

/** One line of a bill. */
export interface BillItem {
  readonly what: string;
  /** US dollars a month. */
  readonly usd: number;
}

export interface BillSettings {
  /** How long live rows are kept. */
  readonly liveHours: number;
  /** How long summaries are kept. */
  readonly summaryHours: number;
  /** How long records are kept as they came. */
  readonly originalHours: number;
}

const HOURS = 730;
const GB = 1_000 ** 3;
/** https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html */
const SHARD_EVENTS = 1_000;
const SHARD_BYTES = 1024 ** 2;
/** What Lambda and the metric lines of one invocation take: START, END, REPORT and one line of ours. */
const LOG_BYTES = 1_500;
const SECONDS = 3_600;

/** The bill of a month at a rate; every item is there, in the same order, also where it is 0. */
export function billOf(resources: PricedResources, counted: Operations, settings: BillSettings): BillItem[] {
  const operations = withTransform(counted, resources, resources.functionGb.get('transform-lake') ?? Number.NaN);
  const monthly = (perHour: number): number => perHour * HOURS;
  const { rate, writeUnits, readUnits, invocations } = operations;
  const rows = ['per_minute', 'per_5_minute', 'per_hour'];
  const written = (isWanted: (table: string) => boolean): number =>
    monthly(total(Object.entries(writeUnits).flatMap(([table, units]) => (isWanted(table) ? [units] : []))));
  const liveGb = (operations.liveRowBytes * settings.liveHours) / GB;
  return [
    item('Kinesis: shards', neededShards(resources, operations) * HOURS * PRICES.shardHour.usd),
    item('Kinesis: puts', monthly(rate * SECONDS) * PRICES.putUnit.usd),
    item('DynamoDB: writing live rows', written(isLive) * PRICES.writeUnit.usd),
    item('DynamoDB: writing rows of windows', written((table) => rows.includes(table)) * PRICES.writeUnit.usd),
    item(
      'DynamoDB: writing marks and snapshots',
      written((table) => !isLive(table) && !rows.includes(table)) * PRICES.writeUnit.usd,
    ),
    item('DynamoDB: reading', monthly(total(Object.values(readUnits))) * PRICES.readUnit.usd),
    item(
      'DynamoDB: keeping live rows',
      liveGb * (PRICES.tableGb.usd + (resources.hasRecovery ? PRICES.recoveryGb.usd : 0)),
    ),
    item('Lambda: requests', monthly(total(Object.values(invocations))) * PRICES.lambdaRequest.usd),
    item('Lambda: time', monthly(gbSeconds(resources, operations)) * PRICES.lambdaGbSecond.usd),
    item(
      'S3: requests and summaries',
      monthly(operations.s3Writes) * PRICES.s3Write.usd +
        monthly(operations.s3Reads) * PRICES.s3Read.usd +
        ((operations.summaryBytes * settings.summaryHours) / GB) * PRICES.s3Gb.usd,
    ),
    ...lakeItems(resources, counted, settings),
    item('CloudWatch: alarms', resources.alarms * PRICES.alarm.usd),
    item('CloudWatch: metrics and dashboard', metricsUsd(resources)),
    item('CloudWatch: logs', ((monthly(total(Object.values(invocations))) * LOG_BYTES) / GB) * PRICES.logGb.usd),
    item('Scheduler', monthly(resources.scheduledPerHour) * PRICES.schedule.usd),
    item('Fargate: always-on producers', HOURS * tasksUsdPerHour(resources)),
    item('OpenSearch: domain', domainUsd(resources)),
    item('Keys and secrets', resources.keys * PRICES.key.usd + resources.secrets * PRICES.secret.usd),
  ];
}

/** What came in one month is kept; each further month adds as much again. */
function lakeItems(resources: PricedResources, operations: Operations, { originalHours }: BillSettings): BillItem[] {
  const { records, sorting, requests, job } = lakeCost(resources, operations);
  const { kept, originals } = lakeBytes(resources, operations);
  return [
    item('Firehose: records', records * HOURS),
    item('Firehose: sorting them into days', sorting * HOURS),
    item(
      'S3: the lake, a month of it',
      requests * HOURS + (kept * HOURS + originals * originalHours) * PRICES.s3Gb.usd,
    ),
    item('Glue: dedupe job', job * HOURS),
  ];
}

function isLive(table: string): boolean {
  return table.startsWith('live_');
}

/** The sum of a bill. */
export function totalOf(items: readonly BillItem[]): number {
  return total(items.map(({ usd }) => usd));
}

/** The shards that are deployed, or more where they do not take the rate. */
function neededShards({ shards }: PricedResources, { rate, streamBytes }: Operations): number {
  return Math.max(shards, Math.ceil(rate / SHARD_EVENTS), Math.ceil(streamBytes / SECONDS / SHARD_BYTES));
}

function gbSeconds({ functionGb }: PricedResources, { seconds }: Operations): number {
  return total(Object.entries(seconds).map(([name, used]) => used * (functionGb.get(name) ?? Number.NaN)));
}

/** With the address that each task has of its own. */
function tasksUsdPerHour({ tasks, taskCpus, taskGb }: PricedResources): number {
  return tasks * PRICES.addressHour.usd + taskCpus * PRICES.fargateCpuHour.usd + taskGb * PRICES.fargateGbHour.usd;
}

/** A domain is billed whether it is used or not. */
function domainUsd({ searchNodes, searchGb }: PricedResources): number {
  const nodeHours = searchNodes.map((type) => SEARCH_NODE_HOURS.get(type)?.usd ?? Number.NaN);
  return total(nodeHours) * HOURS + searchGb * PRICES.searchGb.usd;
}

function metricsUsd({ customMetrics, dashboards }: PricedResources): number {
  return customMetrics * PRICES.metric.usd + dashboards * PRICES.dashboard.usd;
}

function item(what: string, usd: number): BillItem {
  return { what, usd };
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
