import type { KinesisStreamEvent } from 'aws-lambda';

import type { WindowName } from '../../core/windows.ts';
import { seededRandom, type Random } from '../../producers/sources/generator/random.ts';
import { eventSourceMapping, type EventSourceMapping } from '../support/aws/event-source-mapping.ts';
import { failureObject, type FailedBatch } from '../support/aws/kinesis-event.ts';
import { simulatedStream, type SimulatedStream, type StoredRecord } from '../support/aws/kinesis.ts';
import { network, type Network, type Process } from '../support/aws/network.ts';
import { virtualClock, type VirtualClock } from '../support/virtual-clock.ts';
import { deploy, REJECTED, type Deployment } from './deployment.ts';
import type { Scenario } from './scenario.ts';

/** A deployed app under faults. */
export interface World {
  readonly scenario: Scenario;
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly net: Network;
  readonly stream: SimulatedStream;
  readonly mapping: EventSourceMapping;
  readonly app: Deployment;
  /** Records of batches that the event source mapping gave up. */
  readonly givenUp: StoredRecord[];
  /** How likely a process dies; 0 when all is well again. */
  killRate: number;
  /** How likely every call of a process takes long; 0 when all is well again. */
  stallRate: number;
}

const WRITE_TIMEOUT_MS = 60_000;
const AGGREGATE_TIMEOUT_MS = 300_000;
/** Most calls are at the beginning; slow ones are under way much longer. */
const DIES_WITHIN_MS = [600, 10_000, 240_000] as const;

/** Of a machine that hardly gets on: within a minute, and across minutes. */
const STALLED_MS = [2_000, 15_000] as const;

/** Sets a scenario up: nothing has been sent yet. */
export function makeWorld(scenario: Scenario, onEvent: (line: string) => void): World {
  const clock = virtualClock(scenario.startMs);
  const random = seededRandom(scenario.seed ^ 0x5eed);
  const net = network(clock, random);
  net.rates = scenario.rates;
  net.onEvent = (line) => onEvent(`${new Date(clock.now()).toISOString().slice(11)} ${line}`);
  const stream = simulatedStream(net, scenario.shardCount);
  const app = deploy(net, scenario.settings);
  const givenUp: StoredRecord[] = [];
  const mapping = eventSourceMapping({
    stream,
    clock,
    settings: scenario.mapping,
    invoke: (event) => invokeWriteLive(world, event),
    onFailure: (batch) => keepFailed(world, batch),
  });
  const { killRate, stallRate } = scenario;
  const world: World = { scenario, clock, random, net, stream, mapping, app, givenUp, killRate, stallRate };
  return world;
}

function invokeWriteLive(world: World, event: KinesisStreamEvent): Promise<unknown> {
  const name = `write-live ${event.Records.map(({ kinesis }) => kinesis.sequenceNumber.slice(-3)).join()}`;
  return inProcess(world, { name, timeoutMs: WRITE_TIMEOUT_MS }, (process) =>
    world.app.writeLive(process, skewOf(world))(event),
  );
}

function keepFailed({ app, givenUp, clock, net }: World, batch: FailedBatch): void {
  givenUp.push(...batch.records);
  net.count('givenUp');
  net.onEvent(`${batch.records.length} records are given up: ${batch.condition}`);
  const key = `aws/lambda/mapping/${clock.now()}-${givenUp.length}`;
  app.s3.put(REJECTED, key, Buffer.from(JSON.stringify(failureObject(batch, clock.now()))));
}

/** Runs an aggregation as its schedule does; a run that fails is left to the next one. */
export async function runAggregation(world: World, name: WindowName): Promise<void> {
  const { clock, net } = world;
  const startedMs = clock.now();
  const run = inProcess(world, { name: `aggregate-${name}`, timeoutMs: AGGREGATE_TIMEOUT_MS }, (process) =>
    world.app.aggregate(
      process,
      name,
      skewOf(world),
    )(
      { scheduled_time: new Date(startedMs).toISOString() },
      { getRemainingTimeInMillis: () => AGGREGATE_TIMEOUT_MS - (clock.now() - startedMs) },
    ),
  );
  await run.catch((error: unknown) => net.onEvent(`aggregate-${name} fails: ${String(error)}`));
}

export interface ProcessOptions {
  readonly name: string;
  readonly timeoutMs: number;
}

/** Runs something in a process that may die at any moment. @throws what it throws, or that it died or took too long */
export async function inProcess<T>(
  world: World,
  { name, timeoutMs }: ProcessOptions,
  work: (process: Process) => Promise<T>,
): Promise<T> {
  const { clock, random, net } = world;
  const isStalled = random.chance(world.stallRate);
  if (isStalled) net.count('stalled');
  const process: Process = { name, isAlive: true, ...(isStalled && { latencyMs: random.pick(STALLED_MS) }) };
  const end = async (afterMs: number, fault: string): Promise<never> => {
    await clock.sleep(afterMs);
    if (process.isAlive) {
      net.count(fault);
      net.onEvent(`${name} is ${fault}`);
    }
    throw new Error(`${name} is ${fault}`);
  };
  const ends = [end(timeoutMs, 'out of time')];
  if (random.chance(world.killRate)) ends.push(end(random.below(random.pick(DIES_WITHIN_MS)), 'killed'));
  try {
    return await Promise.race([work(process), ...ends]);
  } finally {
    process.isAlive = false;
  }
}

function skewOf({ scenario: { skewMs }, random }: World): number {
  return random.below(2 * skewMs + 1) - skewMs;
}
