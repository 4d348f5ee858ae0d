import { checkpoint, CheckpointSchema, FILE_EVERY_MS, type CheckpointStore } from '../checkpoint.ts';
import type { StateStore } from './network.ts';

/**
 * A checkpoint among what a producer remembers: one for each stream that it writes to.
 * @param stream names the stream: preset and target
 * @param everyMs how often it is kept
 */
export function stateCheckpoint(state: StateStore, stream: string, everyMs: number = FILE_EVERY_MS): CheckpointStore {
  const name = `checkpoint-${stream.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;
  return {
    describe: () => 'Going on where the last run was stored.',
    everyMs,
    async read() {
      const kept = CheckpointSchema.safeParse(await state.read(name));
      return kept.success ? kept.data.cursor : undefined;
    },
    follow: (run) => checkpoint(run, (cursor) => state.write(name, { cursor })),
  };
}
