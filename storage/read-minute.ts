import { summarizeMinute, type MinuteRows, type Summary } from '../core/aggregate.ts';
import type { TrendSettings } from '../core/trend-settings.ts';
import type { LiveStore } from './live-store.ts';
import type { Mark, MarkStore } from './mark-store.ts';
import type { ReadSummary, SourceMinute, SummaryStore } from './summary-store.ts';

/** The rows of one minute of one network, and what stood beside them. */
export interface MinuteRowsReading {
  /** The summary that was there before the rows were read. */
  readonly previous: ReadSummary | undefined;
  /** The marks that were there before the rows were read. */
  readonly marks: readonly Mark[];
  /** How many write shards the rows were read from: as many as any of their writers may have had. */
  readonly writeShards: number;
  readonly rows: MinuteRows;
}

/** One minute of one network, summed up from its rows. */
export interface MinuteReading extends Omit<MinuteRowsReading, 'rows'> {
  readonly summary: Summary;
}

export interface MinuteStores {
  readonly live: Pick<LiveStore, 'readMinute'>;
  readonly marks: Pick<MarkStore, 'list'>;
  readonly summaries: Pick<SummaryStore, 'read'>;
}

/** Reads the summary, then the marks, then the rows: whatever changes meanwhile shows in one of the first two. */
export async function readMinuteRows(
  { live, marks, summaries }: MinuteStores,
  name: SourceMinute,
  settings: Pick<TrendSettings, 'writeShards'>,
): Promise<MinuteRowsReading> {
  const previous = await summaries.read(name);
  const found = await marks.list(`live#${name.source}`, { fromKey: `${name.minute}#`, toKey: `${name.minute}#~` });
  const writeShards = Math.max(
    settings.writeShards,
    previous?.writeShards ?? 0,
    ...found.map((mark) => writeShardOf(mark.key) + 1),
  );
  return { previous, marks: found, writeShards, rows: await live.readMinute(name.source, name.minute, writeShards) };
}

/** Reads a minute as {@link readMinuteRows} does, and sums it up. */
export async function readMinute(
  stores: MinuteStores,
  name: SourceMinute,
  settings: TrendSettings,
): Promise<MinuteReading> {
  const { rows, ...reading } = await readMinuteRows(stores, name, settings);
  return { ...reading, summary: summarizeMinute(rows, settings.weights[name.source]) };
}

/** The minute that a mark of a live table is about. */
export function minuteOfMark(key: string): string {
  return key.slice(0, 16);
}

function writeShardOf(key: string): number {
  return Number(key.slice(17));
}
