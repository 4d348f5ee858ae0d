import { isDeepStrictEqual } from 'node:util';

import { naiveRanking } from '../../commands/naive-ranking.ts';
import { ALL } from '../../core/categories.ts';
import { parseEvent } from '../../core/parse-event.ts';
import { isDelete, type Post, type SocialEvent } from '../../core/social-event.ts';
import type { TrendSettings } from '../../core/trend-settings.ts';
import { rejectedKey } from '../../storage/rejected-store.ts';
import type { StoredRecord } from '../support/aws/kinesis.ts';
import { calmTables } from './calm-run.ts';
import { MARKS, REJECTED } from './deployment.ts';
import { lastMomentHours, lastMomentViolations } from './last-moments.ts';
import { differences, readTables, withoutHours, type SnapshotView, type Tables } from './tables.ts';
import type { World } from './world.ts';

const HOUR_MS = 3_600_000;

/** What is wrong after a run, each a sentence; `[]` if nothing is. */
export async function violations(world: World): Promise<string[]> {
  const nowMs = world.clock.now();
  const all = readTables(world.app, nowMs);
  const tables = withoutHours(all, lastMomentHours(world.scenario));
  const events = world.scenario.shipments.map(({ data }) => data);
  const calm = await calmTables(events, world.app.settings, nowMs);
  return [
    ...differences(tables, calm).map((line) => `not as on a calm day: ${line}`),
    ...formulaViolations(tables, world),
    ...lastMomentViolations(all, world),
    ...rejectionViolations(world),
    ...deliveryViolations(world),
    ...world.app.dynamo
      .items(MARKS)
      .map(({ window, key }) => `a mark waits for ever: ${String(window)} ${String(key)}`),
  ];
}

/** The hours against a computation that shares nothing with the product but the keyword function. */
function formulaViolations({ snapshots }: Tables, world: World): string[] {
  const { shipments, settings } = world.scenario;
  const events = shipments.map(({ data }) => data);
  const inTimeFromMs = world.clock.now() - settings.lateHours * HOUR_MS;
  const posts = latestPosts(events).filter(({ created_at }) => Date.parse(created_at) > inTimeFromMs);
  const hours = new Set(posts.map(({ created_at }) => `${created_at.slice(0, 13)}:00`));
  return [...hours].flatMap((hour) => {
    const found = snapshots.get(`hour ${hour}`);
    const count = posts.filter(({ created_at }) => created_at.startsWith(hour.slice(0, 13))).length;
    const all = found?.categories.get(ALL);
    if (found === undefined || all === undefined) return [`not as the formula says: hour ${hour} is missing`];
    if (found.totals.events !== count || all.total.mentions !== count)
      return [`not as the formula says: hour ${hour} has ${found.totals.events} posts instead of ${count}`];
    return wrongRankings(found, events, settings).map(
      (category) => `not as the formula says: hour ${hour} ${category}`,
    );
  });
}

function latestPosts(events: readonly SocialEvent[]): Post[] {
  const newestFirst = events.toSorted((a, b) => (a.observed_at > b.observed_at ? -1 : 1));
  const latest = new Map<string, SocialEvent>();
  for (const event of newestFirst) if (!latest.has(event.id)) latest.set(event.id, event);
  return [...latest.values()].filter((event): event is Post => !isDelete(event));
}

function wrongRankings(
  { window, categories }: SnapshotView,
  events: readonly SocialEvent[],
  { weights }: TrendSettings,
): string[] {
  return [...categories].flatMap(([category, { ranking, keywords }]) => {
    if (category.startsWith('category:')) return [];
    const expected = naiveRanking(events, { fromMs: window.startMs, toMs: window.endMs, category, weights });
    const shown = ranking.map(({ rank, key_word, score, mentions, authors }) => ({
      rank,
      key_word,
      score,
      mentions,
      authors,
    }));
    const isRight = keywords === expected.length && isDeepStrictEqual(shown, expected.slice(0, shown.length));
    return isRight ? [] : [category];
  });
}

/** Every record of the stream that holds no event is kept whole, once, with its reason; and no other one is. */
function rejectionViolations({ scenario, stream, app, givenUp }: World): string[] {
  const reasons = new Map(scenario.poison.map(({ data, reason }) => [Buffer.from(data).toString('base64'), reason]));
  const kept = new Map([...app.s3.objects(REJECTED)].filter(([key]) => key.startsWith('rejected/')));
  const excused = new Set(givenUp);
  const wrong: string[] = [];
  for (const record of stream.shards.flatMap(({ records }) => records)) {
    const data = Buffer.from(record.data).toString('base64');
    const key = rejectedKey({ ...record, reason: 'unprocessable', detail: '' });
    const object = kept.get(key);
    kept.delete(key);
    const expected = reasons.get(data);
    if (object === undefined) {
      if (expected !== undefined && !excused.has(record))
        wrong.push(`rejected, but not kept: ${nameOf(record)} ${expected}`);
      continue;
    }
    const { reason, data: keptData } = JSON.parse(Buffer.from(object).toString('utf8')) as {
      reason: string;
      data: string;
    };
    if (expected === undefined) wrong.push(`an event was rejected: ${nameOf(record)} ${reason}`);
    else if (reason !== expected) wrong.push(`rejected as ${reason} instead of ${expected}: ${nameOf(record)}`);
    if (keptData !== data) wrong.push(`not kept whole: ${nameOf(record)}`);
  }
  return [...wrong, ...[...kept.keys()].map((key) => `kept, but no record of the stream: ${key}`)];
}

/** Every event that a producer was given is on the stream. */
function deliveryViolations({ scenario, stream }: World): string[] {
  const arrived = new Set<string>();
  for (const { data, arrivedAtMs } of stream.shards.flatMap(({ records }) => records)) {
    const parsed = parseEvent(data, arrivedAtMs);
    if (parsed.ok) arrived.add(`${parsed.event.id} ${parsed.event.observed_at}`);
  }
  return [...scenario.shipments, ...scenario.lastMoments]
    .filter(({ data }) => !arrived.has(`${data.id} ${data.observed_at}`))
    .map(({ data }) => `never reached the stream: ${data.id} ${data.observed_at}`);
}

function nameOf({ shardId, sequenceNumber }: StoredRecord): string {
  return `${shardId} ${sequenceNumber}`;
}
