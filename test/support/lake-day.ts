import { isDelete, type Post, type SocialEvent } from '../../core/social-event.ts';
import type { RejectionReason } from '../../core/parse-event.ts';
import { presetNamed } from '../../presets/presets.ts';
import { generate, type GeneratedEvent } from '../../producers/sources/generator.ts';
import { seededRandom, type Random } from '../../producers/sources/generator/random.ts';
import { eventKey } from '../../storage/event-key.ts';
import type { StoredRecord } from './aws/kinesis.ts';
import { RUBBISH } from './lake-rubbish.ts';

export interface LakeDayOptions {
  readonly seed: number;
  /** Good records, duplicates among them. */
  readonly events: number;
  /** Share of exact repetitions among them. @default 0.1 */
  readonly duplicates?: number;
  /** Records that are no event, beside the good ones, as a share of these. @default 0.01 */
  readonly rubbish?: number;
}

/** A good record of the day. */
export interface DayObservation {
  readonly event: SocialEvent;
  readonly eventKey: string;
  /** Epoch milliseconds. */
  readonly arrivedAtMs: number;
}

/** A record of the day that is no event. */
export interface DayRubbish {
  readonly record: StoredRecord;
  readonly reason: RejectionReason;
}

/** A day of the stream, and what must come of it. */
export interface LakeDay {
  /** In the order in which they arrive; the sequence numbers of a shard grow. */
  readonly records: readonly StoredRecord[];
  /** One for each good record, in the same order. */
  readonly observations: readonly DayObservation[];
  /** Of each id the observation with the greatest key, at its first arrival; deleted ones are left out. */
  readonly posts: ReadonlyMap<string, DayObservation>;
  readonly rubbish: readonly DayRubbish[];
}

const DAY_START_MS = Date.UTC(2026, 10, 20);
const DAY_SECONDS = 86_400;
const MINUTE_MS = 60_000;
const SHARDS = 3;
/** As many digits as the real ones have. */
const FIRST_SEQUENCE = 4966n * 10n ** 52n;

/**
 * A generated day, 2026-11-20, as it comes to the stream: observations again and again, exact duplicates, deletes, posts
 * that come back after their delete, two observations of one moment, posts of the days before, records that wait for up
 * to an hour on their way, and rubbish of every kind. The same options give the same day.
 */
export function lakeDay({ seed, events, duplicates = 0.1, rubbish = 0.01 }: LakeDayOptions): LakeDay {
  const random = seededRandom(seed);
  const preset = presetNamed('trends');
  const rate = events / DAY_SECONDS;
  const generated = generate({ preset, seed, startMs: DAY_START_MS, rate, duplicates, late: 0.05 });
  const good = withTwists(generated, random)
    .take(events)
    .map((event): Arrival => ({
      event,
      data: bytesOf(event),
      arrivedAtMs: Date.parse(event.observed_at) + delayMs(random),
    }))
    .toArray();
  const bad = Array.from({ length: Math.round(events * rubbish) }, (_, i) => badArrival(i, good, random));
  return dayOf([...good, ...bad]);
}

/** Something that arrives: an event, or rubbish for a reason. */
interface Arrival {
  readonly arrivedAtMs: number;
  readonly data: Uint8Array;
  readonly event?: SocialEvent;
  readonly reason?: RejectionReason;
}

/** Events, with what the generator does not do by itself. */
function* withTwists(generated: Iterable<GeneratedEvent>, random: Random): Generator<SocialEvent> {
  const seen = new Map<string, Post>();
  for (const { event } of generated) {
    yield event;
    if (!isDelete(event)) {
      seen.set(event.id, event);
      // The hash decides which of the two counts.
      if (random.chance(0.01)) yield { ...event, metrics: { ...event.metrics, quotes: random.below(9) } };
      continue;
    }
    const post = seen.get(event.id);
    const returnsAt = new Date(Date.parse(event.observed_at) + MINUTE_MS).toISOString();
    if (post !== undefined && random.chance(0.2)) yield { ...post, observed_at: returnsAt, raw: { restored: true } };
  }
}

/** Mostly a moment; one in twenty waits for up to an hour, so that older observations come after newer ones. */
function delayMs(random: Random): number {
  return random.chance(0.05) ? random.below(60 * MINUTE_MS) : random.below(2_000);
}

function badArrival(i: number, good: readonly Arrival[], random: Random): Arrival {
  const { event, arrivedAtMs } = random.pick(good);
  const { make, reason } = RUBBISH[i % RUBBISH.length] ?? random.pick(RUBBISH);
  if (event === undefined || isDelete(event)) return badArrival(i, good, random);
  return { arrivedAtMs, reason, data: make(event, arrivedAtMs) };
}

function dayOf(arrivals: readonly Arrival[]): LakeDay {
  const records: StoredRecord[] = [];
  const observations: DayObservation[] = [];
  const rubbish: DayRubbish[] = [];
  const sorted = arrivals.toSorted((a, b) => a.arrivedAtMs - b.arrivedAtMs);
  for (const [i, { arrivedAtMs, data, event, reason }] of sorted.entries()) {
    const record = {
      shardId: `shardId-${String(i % SHARDS).padStart(12, '0')}`,
      sequenceNumber: String(FIRST_SEQUENCE + BigInt(i)),
      partitionKey: String(i % 97).padStart(2, '0'),
      data,
      arrivedAtMs,
    };
    records.push(record);
    if (event !== undefined) observations.push({ event, eventKey: eventKey(event), arrivedAtMs });
    if (reason !== undefined) rubbish.push({ record, reason });
  }
  return { records, observations, posts: latestPosts(observations), rubbish };
}

/** @param observations in the order of their arrival */
function latestPosts(observations: readonly DayObservation[]): ReadonlyMap<string, DayObservation> {
  const latest = new Map<string, DayObservation>();
  for (const observation of observations) {
    const known = latest.get(observation.event.id);
    if (known === undefined || observation.eventKey > known.eventKey) latest.set(observation.event.id, observation);
  }
  return new Map([...latest].filter(([, { event }]) => !isDelete(event)));
}

function bytesOf(event: SocialEvent): Uint8Array {
  return Buffer.from(JSON.stringify(event));
}
