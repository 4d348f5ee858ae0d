import { ALL } from '../../core/categories.ts';
import { windowAt, WINDOW_NAMES } from '../../core/windows.ts';
import { UnreadableObjectError } from '../../storage/errors.ts';
import type { StoredSnapshot } from '../../storage/snapshot-codec.ts';
import { STRETCH_MS } from './shipments.ts';
import { inProcess, type World } from './world.ts';

const LONGEST_PAUSE_MS = 40_000;
const PATIENCE_MS = 30_000;

/** Looks at random windows during both stretches, as people do, and notes what nobody may ever see. */
export async function readAsPeople(world: World, seen: string[]): Promise<void> {
  const revisions = new Map<string, number>();
  for (const fromMs of [world.scenario.startMs, world.scenario.secondMs]) {
    await world.clock.sleep(fromMs - world.clock.now());
    await readUntil(world, fromMs + STRETCH_MS, { seen, revisions });
  }
}

interface Sights {
  readonly seen: string[];
  /** The latest that was seen of each window. */
  readonly revisions: Map<string, number>;
}

async function readUntil(world: World, endMs: number, { seen, revisions }: Sights): Promise<void> {
  const { clock, random, scenario } = world;
  while (clock.now() < endMs) {
    await clock.sleep(random.below(LONGEST_PAUSE_MS));
    const window = windowAt(random.pick(WINDOW_NAMES), scenario.startMs + random.below(STRETCH_MS));
    const name = `${window.name} ${window.keyDatetime}`;
    await inProcess(world, { name: 'reader', timeoutMs: PATIENCE_MS }, async (process) => {
      const found = await world.app.storesOf(process).snapshots.read(window);
      if (found === undefined) return;
      if (found.revision < (revisions.get(name) ?? 0)) seen.push(`an older snapshot came back: ${name}`);
      revisions.set(name, found.revision);
      if (!isComplete(found.snapshot, world)) seen.push(`an incomplete snapshot was seen: ${name}`);
    }).catch((error: unknown) => {
      if (error instanceof UnreadableObjectError) seen.push(`an unreadable snapshot was seen: ${name}`);
    });
  }
}

/** Whether the parts of a snapshot agree: networks add up to all, every ranking is whole. */
function isComplete({ totals, categories }: StoredSnapshot, { scenario: { settings } }: World): boolean {
  const all = categories.get(ALL);
  if (all === undefined) return totals.events === 0;
  const sources = [...categories].filter(([name]) => name.startsWith('source:')).map(([, { total }]) => total);
  const mentions = sources.reduce((sum, total) => sum + total.mentions, 0);
  const score = sources.reduce((sum, total) => sum + total.score, 0n);
  if (all.total.mentions !== totals.events || mentions !== totals.events || score !== all.total.score) return false;
  return [...categories].every(([name, { keywords, ranking }]) => {
    const size = name.startsWith('category:') ? settings.openSnapshotSize : settings.snapshotSize;
    return ranking.length === Math.min(keywords, size) && ranking.every(({ rank }, i) => rank === i + 1);
  });
}
