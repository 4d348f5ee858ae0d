import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Source } from '../../core/sources.ts';
import { seededRandom, type Random } from '../../producers/sources/generator/random.ts';
import type { Ledger } from './ledger.ts';
import { producerProcess, type ProducerProcess } from './producer-process.ts';
import { drawScript } from './script.ts';
import type { OpenWorld, World } from './world.ts';

const LOOK_MS = 200;
const LIVE_MS = 1_000;
/** Until the first run reads; all start at once. */
const START_MS = 90_000;
/** Nothing new for so long: it will not come any more. Longer than any two waits of a producer. */
const PATIENCE_MS = 130_000;
/** What should not come would come in so long. */
const SETTLE_MS = 3_000;

export interface RunOptions {
  readonly name: Source;
  readonly openWorld: OpenWorld;
  readonly ledger: Ledger;
  readonly seed: number;
  readonly seconds: number;
  /** Of a process that sends to the app. */
  readonly environment: NodeJS.ProcessEnv;
  /** An empty folder. */
  readonly folder: string;
}

/** How a network is doing. */
export interface Run {
  readonly name: Source;
  readonly ledger: Ledger;
  /** What is going on, in a word or two. */
  state: string;
  restarts: number;
  /** How often each disaster has struck. */
  readonly disasters: Map<string, number>;
  /** What went wrong with the command itself. */
  readonly faults: string[];
  /** When it is over, well or not. */
  readonly done: Promise<void>;
}

/** Starts a network and its producer, and lets the disasters of the seed happen while it is written to. */
export function runNetwork(options: RunOptions): Run {
  const { name, ledger } = options;
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const run: Run = { name, ledger, state: 'starts', restarts: 0, disasters: new Map(), faults: [], done };
  void play(options, run)
    .catch((error: unknown) => void run.faults.push(String(error)))
    .finally(() => {
      run.state = 'done';
      resolve();
    });
  return run;
}

async function play({ name, openWorld, ledger, seed, seconds, environment, folder }: RunOptions, run: Run) {
  const world = await openWorld({ ledger, random: randomOf(seed, `${name} feed`), seconds });
  const environmentOf = (number: number): NodeJS.ProcessEnv => ({
    ...environment,
    ...world.environment(number),
    PRODUCER_STATE_FOLDER: join(folder, 'producers'),
  });
  const producer = producerProcess([name, ...(world.args ?? [])], environmentOf, run.faults);
  try {
    producer.start();
    if (!(await waitUntil(START_MS, () => world.isReading()))) throw new Error('does not begin to read');
    await storm({ world, producer, run, seed, seconds });
    run.state = 'calm, catching up';
    await untilComplete(ledger);
    run.state = 'ends';
    await producer.stop();
  } finally {
    await producer.kill();
    await world.close();
  }
}

interface Storm {
  readonly world: World;
  readonly producer: ProducerProcess;
  readonly run: Run;
  readonly seed: number;
  readonly seconds: number;
}

async function storm({ world, producer, run, seed, seconds }: Storm): Promise<void> {
  const random = randomOf(seed, `${run.name} script`);
  const startMs = Date.now();
  const living = setInterval(() => world.live(), LIVE_MS);
  try {
    for (const { atMs, name } of drawScript(world.disasters, seconds, random)) {
      await sleep(Math.max(0, startMs + atMs - Date.now()));
      run.state = name;
      if (name === 'kill') {
        await waitUntil(Infinity, () => world.mayKill?.() ?? true);
        await producer.kill();
        world.whileDown?.();
        await sleep(300 + random.below(3_000));
        producer.start();
        run.restarts += 1;
      } else {
        world.disasters[name]?.strike();
        run.disasters.set(name, (run.disasters.get(name) ?? 0) + 1);
      }
    }
    await sleep(Math.max(0, startMs + seconds * 1_000 - Date.now()));
  } finally {
    clearInterval(living);
  }
}

/** Waits until nothing is missing, or nothing new has come for long. */
async function untilComplete(ledger: Ledger): Promise<void> {
  let fewest = Infinity;
  let since = Date.now();
  await waitUntil(Infinity, () => {
    const missing = ledger.missing().length;
    if (missing < fewest) [fewest, since] = [missing, Date.now()];
    return Date.now() - since >= (missing === 0 ? SETTLE_MS : PATIENCE_MS);
  });
}

async function waitUntil(patienceMs: number, condition: () => boolean): Promise<boolean> {
  const endMs = Date.now() + patienceMs;
  while (!condition()) {
    if (Date.now() > endMs) return false;
    await sleep(LOOK_MS);
  }
  return true;
}

/** A sequence of its own for every use: one does not shift another. */
function randomOf(seed: number, use: string): Random {
  return seededRandom(createHash('sha256').update(`${seed} ${use}`).digest().readInt32LE());
}
