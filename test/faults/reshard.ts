import { STRETCH_MS } from './shipments.ts';
import type { World } from './world.ts';

/** Splits and merges shards at random moments of the first stretch. */
export async function reshardAtRandom({ clock, random, scenario, stream, net }: World): Promise<void> {
  for (let i = 0; i < scenario.reshards; i++) {
    await clock.sleep(random.below(STRETCH_MS / scenario.reshards));
    const open = stream.shards.filter((shard) => !shard.isClosed).toSorted((a, b) => (a.fromKey < b.fromKey ? -1 : 1));
    const [first, second] = open;
    if (first !== undefined && second !== undefined && random.chance(0.5)) stream.merge(first, second);
    else stream.split(random.pick(open));
    net.count('resharded');
    net.onEvent(`the stream has ${stream.shards.filter((shard) => !shard.isClosed).length} open shards`);
  }
}
