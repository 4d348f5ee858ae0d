import { rejectedKey, type KeepRejected, type RejectedRecord } from '../../storage/rejected-store.ts';

/** The bucket for rejected records in memory. */
export interface MemoryRejected {
  readonly keep: KeepRejected;
  /** By key. */
  readonly records: Map<string, RejectedRecord>;
  /** How often each key was put. */
  readonly puts: Map<string, number>;
  /** Called before a record is kept; what it throws, keeping throws. */
  onKeep: (record: RejectedRecord) => Promise<void> | void;
}

/** A bucket without anything in it. */
export function memoryRejected(): MemoryRejected {
  const bucket: MemoryRejected = {
    records: new Map(),
    puts: new Map(),
    onKeep: () => undefined,
    async keep(record) {
      await bucket.onKeep(record);
      const key = rejectedKey(record);
      bucket.records.set(key, record);
      bucket.puts.set(key, (bucket.puts.get(key) ?? 0) + 1);
    },
  };
  return bucket;
}
