import type { SocialEvent } from '../core/social-event.ts';
import type { WindowName } from '../core/windows.ts';
import { seededRandom } from '../producers/sources/generator/random.ts';
import { deploy, type Deployment } from '../test/faults/deployment.ts';
import { kinesisEvent } from '../test/support/aws/kinesis-event.ts';
import { network } from '../test/support/aws/network.ts';
import { makeSettings } from '../test/support/make-settings.ts';
import { virtualClock, type VirtualClock } from '../test/support/virtual-clock.ts';
import { invocationTime, PAGE_ITEMS } from './as-deployed.ts';

/** The functions of the trends stage over simulated services that nothing goes wrong with, and that count. */
export interface SimulatedApp {
  readonly app: Deployment;
  readonly clock: VirtualClock;
  /** Calls so far, by the name of the command. */
  readonly calls: ReadonlyMap<string, number>;
  write(events: readonly SocialEvent[]): Promise<void>;
  /** Runs an aggregation; returns how long it took by the clock of the simulation, in milliseconds. */
  aggregate(name: WindowName): Promise<number>;
}

/** Deploys the stage at a time (epoch milliseconds). */
export function simulatedApp(nowMs: number): SimulatedApp {
  const clock = virtualClock(nowMs);
  const net = network(clock, seededRandom(1));
  const calls = new Map<string, number>();
  net.onEvent = (line) => {
    const command = line.split(' ', 2)[1] ?? '';
    calls.set(command, (calls.get(command) ?? 0) + 1);
  };
  const app = deploy(net, makeSettings(), PAGE_ITEMS);
  const process = { name: 'bench', isAlive: true };
  let sequence = 0;
  return {
    app,
    clock,
    calls,
    async write(events) {
      const records = events.map((event) => ({
        shardId: 'shardId-000000000000',
        sequenceNumber: String(sequence++),
        partitionKey: '00',
        data: Buffer.from(JSON.stringify(event)),
        arrivedAtMs: clock.now(),
      }));
      await clock.run(app.writeLive(process)(kinesisEvent(records)));
    },
    async aggregate(name) {
      const startedMs = clock.now();
      const run = app.aggregate(process, name);
      const event = { scheduled_time: new Date(clock.now()).toISOString() };
      await clock.run(run(event, invocationTime(clock.now)));
      return clock.now() - startedMs;
    },
  };
}

/** All calls so far. */
export function totalCalls({ calls }: Pick<SimulatedApp, 'calls'>): number {
  return [...calls.values()].reduce((sum, count) => sum + count, 0);
}
