import type { SocialEvent } from '../../core/social-event.ts';
import type { TrendSettings } from '../../core/trend-settings.ts';
import { WINDOW_NAMES } from '../../core/windows.ts';
import { seededRandom } from '../../producers/sources/generator/random.ts';
import { kinesisEvent } from '../support/aws/kinesis-event.ts';
import { network } from '../support/aws/network.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { deploy } from './deployment.ts';
import { readTables, type Tables } from './tables.ts';

/** The tables after a day on which nothing went wrong: all events at once, then one run of each aggregation. */
export async function calmTables(
  events: readonly SocialEvent[],
  settings: TrendSettings,
  nowMs: number,
): Promise<Tables> {
  const clock = virtualClock(nowMs);
  const app = deploy(network(clock, seededRandom(0)), settings);
  const process = { name: 'calm', isAlive: true };
  const records = events.map((event, i) => ({
    shardId: 'shardId-000000000000',
    sequenceNumber: String(i),
    partitionKey: 'e',
    data: Buffer.from(JSON.stringify(event)),
    arrivedAtMs: nowMs,
  }));
  const work = async (): Promise<void> => {
    await app.writeLive(process)(kinesisEvent(records));
    for (const name of WINDOW_NAMES)
      await app.aggregate(process, name)(
        { scheduled_time: new Date(nowMs).toISOString() },
        { getRemainingTimeInMillis: () => 300_000 },
      );
  };
  await clock.run(work());
  return readTables(app, nowMs);
}
