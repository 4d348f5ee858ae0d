import { consecutiveRun } from '../../producers/checkpoint.ts';
import { kinesisSink, type KinesisSink } from '../../producers/kinesis-sink.ts';
import { runProducer } from '../../producers/run-producer.ts';
import { shardRing } from '../../producers/shard-ring.ts';
import type { Source } from '../../producers/source.ts';
import type { Process } from '../support/aws/network.ts';
import type { PoisonShipment } from './scenario.ts';
import type { Shipment } from './shipments.ts';
import { inProcess, type World } from './world.ts';

const CHECKPOINT_EVERY_MS = 500;
const LONGEST_DOWN_MS = 60_000;
const LIVES_AT_MOST_MS = 90_000;

/** Sends all shipments at their times through the real producer, which dies and goes on from its checkpoint. */
export async function produce(world: World, shipments: readonly Shipment[]): Promise<void> {
  const { clock, random } = world;
  const checkpoint: { cursor: string | undefined } = { cursor: undefined };
  for (let isDone = false; !isDone;) {
    const timeoutMs = world.killRate > 0 ? 1 + random.below(LIVES_AT_MOST_MS) : Number.MAX_SAFE_INTEGER;
    const sinks: KinesisSink[] = [];
    isDone = await inProcess(world, { name: 'producer', timeoutMs }, async (process) => {
      const sink = await openSink(world, process);
      sinks.push(sink);
      await produceOnce(world, process, { shipments, checkpoint, sink });
    }).then(
      () => true,
      () => false,
    );
    // What is left in the memory of a dead process must not go on waiting.
    for (const sink of sinks) sink.abort();
    if (!isDone) await clock.sleep(random.below(LONGEST_DOWN_MS));
  }
}

interface Production {
  readonly shipments: readonly Shipment[];
  readonly checkpoint: { cursor: string | undefined };
  readonly sink: KinesisSink;
}

async function produceOnce(world: World, process: Process, { shipments, checkpoint, sink }: Production): Promise<void> {
  const { clock } = world;
  const run = consecutiveRun();
  const save = (): void => void (checkpoint.cursor = run.cursor() ?? checkpoint.cursor);
  const saving = { isWanted: true };
  void (async () => {
    while (process.isAlive && saving.isWanted) {
      save();
      await clock.sleep(CHECKPOINT_EVERY_MS);
    }
  })();
  await runProducer({
    source: sourceOf(world, shipments),
    sink,
    stop: new AbortController().signal,
    resumeAfter: checkpoint.cursor,
    run,
    now: clock.now,
    onAccepted: () => undefined,
    onRejected: ({ place }, { reason }) => {
      throw new Error(`the scenario made an event that the producer refuses at ${place}: ${reason}`);
    },
  });
  saving.isWanted = false;
  save();
}

function sourceOf({ clock }: World, shipments: readonly Shipment[]): Source {
  return async function* ({ resumeAfter }) {
    const first = resumeAfter === undefined ? 0 : Number(resumeAfter) + 1;
    for (const [i, { atMs, data }] of shipments.entries()) {
      if (i < first) continue;
      await clock.sleep(Math.max(0, atMs - clock.now()));
      yield { kind: 'event', value: data, place: String(i), cursor: String(i) };
    }
  };
}

/** Sends records that hold no event, as somebody else's producer may. */
export async function sendPoison(world: World, poison: readonly PoisonShipment[]): Promise<void> {
  const sink = await openSink(world, { name: 'another producer', isAlive: true });
  for (const { atMs, data } of poison.toSorted((a, b) => a.atMs - b.atMs)) {
    await world.clock.sleep(Math.max(0, atMs - world.clock.now()));
    await sink.put(data, () => undefined);
  }
  await sink.flush();
}

/** A sink of the stream for a process. */
export async function openSink({ stream, clock, random }: World, process: Process): Promise<KinesisSink> {
  return kinesisSink({
    streamName: 'events',
    putRecords: stream.putRecordsOf(process),
    shards: await shardRing(() => stream.listShards()),
    wait: clock.wait,
    random: () => random.next(),
  });
}
