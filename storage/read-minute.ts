import { summarizeMinute, type MinuteRows, type Summary } from '../core/aggregate.ts';
import type { TrendSettings } from '../core/trend-settings.ts';
import type { LiveStore } from './live-store.ts';
import type { Mark, MarkStore } from './mark-store.ts';
import type { ReadSummary, SourceMinute, SummaryStore } from './summary-store.ts';

/** One minute of one network, before its rows are read. */
export interface OpenMinute {
  /** The summary that was there. */
  readonly previous: ReadSummary | undefined;
  /** The marks that were there; without one, the summary holds all rows or somebody else is writing it. */
  readonly marks: readonly Mark[];
  /** How many write shards the rows are read from: as many as any of their writers may have had. */
  readonly writeShards: number;
  /** Reads the rows; the dearest part. */
  readonly readRows: () => Promise<MinuteRows>;
}

export interface MinuteStores {
  readonly live: Pick<LiveStore, 'readMinute'>;
  readonly marks: Pick<MarkStore, 'list'>;
  readonly summaries: Pick<SummaryStore, 'read'>;
}

/** Reads the summary, then the marks, and only then the rows: whatever changes meanwhile shows in one of the first two. */
export async function openMinute(
  { live, marks, summaries }: MinuteStores,
  name: SourceMinute,
  settings: Pick<TrendSettings, 'writeShards'>,
): Promise<OpenMinute> {
  const previous = await summaries.read(name);
  const found = await marks.list(`live#${name.source}`, { fromKey: `${name.minute}#`, toKey: `${name.minute}#~` });
  const writeShards = Math.max(
    settings.writeShards,
    previous?.writeShards ?? 0,
    ...found.map((mark) => writeShardOf(mark.key) + 1),
  );
  const readRows = (): Promise<MinuteRows> => live.readMinute(name.source, name.minute, writeShards);
  return { previous, marks: found, writeShards, readRows };
}

/** One minute of one network, summed up from its rows. */
export async function readMinuteSummary(
  stores: MinuteStores,
  name: SourceMinute,
  settings: TrendSettings,
): Promise<Summary> {
  const minute = await openMinute(stores, name, settings);
  return summarizeMinute(await minute.readRows(), settings.weights[name.source]);
}

/** The minute that a mark of a live table is about. */
export function minuteOfMark(key: string): string {
  return key.slice(0, 16);
}

function writeShardOf(key: string): number {
  return Number(key.slice(17));
}
