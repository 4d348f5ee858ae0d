import { WINDOW_NAMES, type WindowName } from '../../core/windows.ts';
import { redrive } from '../../producers/redrive/redrive.ts';
import { GIVEN_UP } from '../../storage/kept-object.ts';
import { keptStoreIn } from '../../storage/kept-store.ts';
import { NO_FAULTS } from '../support/aws/network.ts';
import { REJECTED } from './deployment.ts';
import { violations } from './invariants.ts';
import { openSink, produce, sendPoison } from './producers.ts';
import { readAsPeople } from './readers.ts';
import { reshardAtRandom } from './reshard.ts';
import { drawScenario } from './scenario.ts';
import { STRETCH_MS } from './shipments.ts';
import { makeWorld, runAggregation, type World } from './world.ts';

/** What one seed came to. */
export interface SeedReport {
  readonly seed: number;
  /** What is wrong; `[]` if nothing is. */
  readonly violations: readonly string[];
  /** How often each fault struck. */
  readonly faults: ReadonlyMap<string, number>;
}

const MINUTE_MS = 60_000;
const TEN_MINUTES_MS = 10 * MINUTE_MS;
/** More than an hour, so that every window that was open has closed. */
const LAST_RUNS_MS = 8 * TEN_MINUTES_MS;
const TURN_BEGINS_MS = 5_000;
const TURN_ENDS_MS = 50_000;
/** No fault is over before: calls that were slow have arrived, processes have ended. */
const CALMING_MS = 6 * MINUTE_MS;
const PATIENCE_MS = 90 * MINUTE_MS;
const EVERY_MINUTES: Readonly<Record<WindowName, number>> = { minute: 1, '5-minute': 5, hour: 10 };

/**
 * Runs the whole stage through the faults of a seed, lets all be well, and looks at what is left. The same seed takes
 * the same course every time.
 * @param onEvent told of everything that happens, a line each
 */
export async function runSeed(seed: number, onEvent: (line: string) => void = () => undefined): Promise<SeedReport> {
  const world = makeWorld(drawScenario(seed), onEvent);
  const { scenario, clock, net } = world;
  const seen: string[] = [];
  const sent = { isDone: false };
  void Promise.all([
    produce(world, scenario.shipments),
    produce(world, scenario.lastMoments),
    sendPoison(world, scenario.poison),
  ]).then(() => (sent.isDone = true));
  void readAsPeople(world, seen);
  void reshardAtRandom(world);
  void runSchedules(world, scenario.startMs);
  void runSchedules(world, scenario.secondMs);
  await clock.runUntil(scenario.secondMs);
  world.app.settings = { ...scenario.settings, writeShards: scenario.laterWriteShards };
  await clock.runUntil(scenario.secondMs + STRETCH_MS);

  net.rates = NO_FAULTS;
  world.killRate = 0;
  world.stallRate = 0;
  const calm = { isOver: false };
  void runTurns(world, calm);
  await clock.runUntil(clock.now() + CALMING_MS);
  const isSent = await passes(world, () => sent.isDone && world.mapping.isDrained());
  if (!isSent) seen.push(sent.isDone ? 'a shard is stuck' : 'a producer is stuck');
  await redriveGivenUp(world);
  if (!(await passes(world, () => world.mapping.isDrained()))) seen.push('a shard is stuck after the redrive');
  // Within a tenth minute, whose turn has ended: a calm day's only run at this moment takes old minutes, too.
  await clock.runUntil(clock.now() - (clock.now() % TEN_MINUTES_MS) + LAST_RUNS_MS + TURN_ENDS_MS);
  calm.isOver = true;
  return { seed, violations: [...seen, ...(await violations(world))], faults: net.faults };
}

async function passes({ clock }: World, condition: () => boolean): Promise<boolean> {
  const endsMs = clock.now() + PATIENCE_MS;
  while (!condition() && clock.now() < endsMs) await clock.runUntil(clock.now() + MINUTE_MS);
  return condition();
}

/** Sends what was given up again, as a person does. */
async function redriveGivenUp(world: World): Promise<void> {
  const { app, clock } = world;
  const process = { name: 'redrive', isAlive: true };
  const deps = {
    store: keptStoreIn({ s3: app.s3.clientOf(process), bucketName: REJECTED }),
    sink: await openSink(world, process),
    inTimeFromMs: 0,
    stop: new AbortController().signal,
    onProgress: () => undefined,
  };
  await clock.run(redrive(deps, { sinceMs: 0, reason: GIVEN_UP }));
}

/** The schedules of a time without faults: each tenth minute is enough, as old minutes are taken in these only. */
async function runTurns(world: World, calm: { readonly isOver: boolean }): Promise<void> {
  const { clock, app } = world;
  while (!calm.isOver) {
    await clock.sleep(TEN_MINUTES_MS - (clock.now() % TEN_MINUTES_MS) + TURN_BEGINS_MS);
    app.dynamo.expire();
    for (const name of WINDOW_NAMES) await runAggregation(world, name);
  }
}

/** The schedules of one stretch: skipped, late, twice, at once, as the scenario wants. */
async function runSchedules(world: World, fromMs: number): Promise<void> {
  const { clock, scenario, app } = world;
  for (let ms = Math.ceil(fromMs / MINUTE_MS) * MINUTE_MS; ms < fromMs + STRETCH_MS; ms += MINUTE_MS) {
    await clock.sleep(ms - clock.now());
    app.dynamo.expire();
    for (const name of WINDOW_NAMES) {
      if ((ms / MINUTE_MS) % EVERY_MINUTES[name] !== 0) continue;
      if (strikes(world, 'scheduleSkipped', scenario.skipRate)) continue;
      void runLater(world, name, strikes(world, 'scheduleLate', scenario.doubleRate) ? 3 * MINUTE_MS : 5_000);
      if (strikes(world, 'scheduleTwice', scenario.doubleRate)) void runLater(world, name, MINUTE_MS);
    }
  }
}

function strikes({ random, net }: World, fault: string, rate: number): boolean {
  if (!random.chance(rate)) return false;
  net.count(fault);
  return true;
}

async function runLater(world: World, name: WindowName, atMostMs: number): Promise<void> {
  await world.clock.sleep(world.random.below(atMostMs));
  await runAggregation(world, name);
}
