import type { RejectionReason } from '../../core/parse-event.ts';
import type { TrendSettings } from '../../core/trend-settings.ts';
import { seededRandom, type Random } from '../../producers/sources/generator/random.ts';
import type { MappingSettings } from '../support/aws/event-source-mapping.ts';
import type { FaultRates } from '../support/aws/network.ts';
import { makeSettings } from '../support/make-settings.ts';
import { drawPoison } from './poison.ts';
import {
  drawLastMoments,
  drawShipments,
  HOUR_MS,
  MINUTE_MS,
  momentIn,
  type PostShipment,
  type Shipment,
} from './shipments.ts';

/** A record that holds no event, and why. */
export interface PoisonShipment {
  readonly atMs: number;
  readonly data: Uint8Array;
  readonly reason: RejectionReason;
}

/** Everything that one seed decides before the run; what happens call by call is drawn as it goes. */
export interface Scenario {
  readonly seed: number;
  readonly startMs: number;
  /** When the second stretch of activity begins, hours after the first. */
  readonly secondMs: number;
  readonly shardCount: number;
  readonly mapping: MappingSettings;
  readonly settings: TrendSettings;
  /** The write shards that are configured half-way. */
  readonly laterWriteShards: number;
  readonly shipments: readonly Shipment[];
  /** Posts that arrive at about the moment at which their minute accepts no more; not among the other shipments. */
  readonly lastMoments: readonly PostShipment[];
  readonly poison: readonly PoisonShipment[];
  readonly rates: FaultRates;
  /** How likely an invocation, or a producer, dies. */
  readonly killRate: number;
  /** How likely every call of an invocation takes long. */
  readonly stallRate: number;
  /** How likely a schedule does not fire. */
  readonly skipRate: number;
  /** How often a schedule fires twice, or late. */
  readonly doubleRate: number;
  /** How many times the stream is resharded. */
  readonly reshards: number;
  /** How far the clocks of functions may be off. */
  readonly skewMs: number;
}

/** Draws a scenario: which faults there are at all, how many, and what is sent. */
export function drawScenario(seed: number): Scenario {
  const random = seededRandom(seed);
  // Each kind of fault is there in some runs only: alone they reach states that they hide from each other.
  const rate = (highest: number): number => (random.chance(0.6) ? random.next() * highest : 0);
  const startMs = Date.UTC(2026, 10, 20, 16, 40) + random.below(25) * MINUTE_MS + random.below(MINUTE_MS);
  const gapHours = random.chance(0.5) ? 1 : random.below(20);
  const secondMs = startMs + gapHours * HOUR_MS + (20 + random.below(40)) * MINUTE_MS;
  const shipments = drawShipments(random, { startMs, secondMs });
  const settings = drawSettings(random);
  return {
    seed,
    startMs,
    secondMs,
    shardCount: 1 + random.below(3),
    mapping: drawMapping(random),
    settings,
    laterWriteShards: 1 + random.below(3),
    shipments,
    lastMoments: drawLastMoments(random, { startMs, secondMs }, settings.lateHours),
    poison: Array.from({ length: random.below(8) }, () => ({
      atMs: momentIn(random, { startMs, secondMs }),
      ...drawPoison(random),
    })),
    rates: {
      throttled: rate(0.1),
      requestLost: rate(0.05),
      answerLost: rate(0.1),
      partial: rate(0.5),
      slow: rate(0.15),
    },
    killRate: rate(0.5),
    stallRate: rate(0.4),
    skipRate: random.chance(0.2) ? 1 : rate(0.5),
    doubleRate: rate(0.9),
    reshards: random.below(4),
    skewMs: random.chance(0.5) ? 4_000 : 0,
  };
}

function drawSettings(random: Random): TrendSettings {
  return makeSettings({
    writeShards: 1 + random.below(3),
    snapshotSize: 5,
    openSnapshotSize: 2,
    openCategories: 2,
    rowsPerCategory: 2,
    trackedKeywords: ['x1'],
  });
}

function drawMapping(random: Random): MappingSettings {
  return {
    batchSize: 1 + random.below(20),
    maximumBatchingWindowInSeconds: random.below(3),
    parallelizationFactor: 1 + random.below(3),
    maximumRetryAttempts: random.chance(0.5) ? random.below(4) : 10_000,
    maximumRecordAgeInSeconds: random.chance(0.2) ? 60 + random.below(240) : -1,
    bisectBatchOnFunctionError: true,
    reportBatchItemFailures: true,
  };
}
