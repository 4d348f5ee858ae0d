import pMap from 'p-map';

import { epochMs, type SocialEvent } from '../../core/social-event.ts';
import { sourceOf, type Source } from '../../core/sources.ts';
import { acceptsUntilMs, windowAt } from '../../core/windows.ts';
import type { FindLiveRows } from '../../storage/find-live-rows.ts';
import { placeText, type LakeDocument } from '../../storage/lake/lake-document.ts';
import type { LakeObject, LakeStore } from '../../storage/lake/lake-store.ts';
import { originalEvent, originalsIn, type ArrivalRange } from '../../storage/lake/originals.ts';
import { liveRowKey, type LiveRowKey } from '../../storage/live-row.ts';
import { MAX_RECORD_BYTES, recordBytes } from '../batch.ts';
import type { KinesisSink } from '../kinesis-sink.ts';
import { countBad, emptyTally, sourceTally, type ReplayTally } from './tally.ts';

export interface ReplayDeps {
  readonly lake: LakeStore;
  /** Where the records are sent, or how it is found out which are in the live tables already. */
  readonly to: { readonly sink: Pick<KinesisSink, 'put' | 'flush'> } | { readonly findRows: FindLiveRows };
  readonly settings: { readonly writeShards: number; readonly lateHours: number };
  readonly now: () => number;
  /** Ends the work after what has been begun. */
  readonly stop: AbortSignal;
  /** Told of how many objects have been read, of how many. */
  readonly onProgress: (objects: number, total: number) => void;
}

export interface ReplayRequest {
  /** When the records came. */
  readonly arrived: ArrivalRange;
  /** @default - all */
  readonly source?: Source | undefined;
}

/** What there was, and what became of it. */
export interface ReplaySummary {
  /** Objects that were read to their end; one that went meanwhile is none. */
  readonly objects: number;
  readonly tally: ReplayTally;
  /** False if it was stopped before it had seen everything. */
  readonly isComplete: boolean;
}

/** What is in memory at once of rows that are looked for. */
const LOOKED_FOR_AT_ONCE = 1_000;

/**
 * Puts records that came in a time to the stream again, byte for byte: the same post, the same observation, so nothing
 * is counted twice. Records that are no event were rejected when they came, are kept for that, and are not sent. Without
 * a sink it only looks what sending them would change. What comes while it runs waits for the next time.
 * @throws what the lake, the sink or the live tables throw
 */
export async function replay(deps: ReplayDeps, request: ReplayRequest): Promise<ReplaySummary> {
  const tally = emptyTally();
  const objects = await originalsIn(deps.lake, request.arrived);
  let [read, isComplete] = [0, true];
  for (const [done, object] of objects.entries()) {
    if (deps.stop.aborted) isComplete = false;
    if (!isComplete) break;
    deps.onProgress(done, objects.length);
    const outcome = await replayObject(deps, object, { tally, source: request.source });
    if (outcome === 'read') read += 1;
    isComplete = outcome !== 'stopped';
  }
  // Before anything is said to be sent, the stream has it.
  if ('sink' in deps.to) await deps.to.sink.flush();
  return { objects: read, tally, isComplete };
}

interface Wanted {
  readonly tally: ReplayTally;
  readonly source: Source | undefined;
}

async function replayObject(
  deps: ReplayDeps,
  { key }: LakeObject,
  wanted: Wanted,
): Promise<'read' | 'gone' | 'stopped'> {
  const content = await deps.lake.open(key);
  if (content === undefined) return 'gone';
  for await (const documents of content.documents) {
    if (deps.stop.aborted) return 'stopped';
    const records = documents.flatMap((document) => {
      const event = wantedEvent(document, { key, storedAtMs: content.storedAtMs }, wanted);
      return event === undefined ? [] : [{ event, document }];
    });
    if ('sink' in deps.to) await send(deps.to.sink, records, wanted.tally);
    const inTime = records.filter(({ event }) => countEvent(deps, event, wanted.tally));
    if ('findRows' in deps.to) await compare(deps.to.findRows, deps.settings, inTime, wanted.tally);
  }
  return 'read';
}

function wantedEvent(
  document: LakeDocument,
  { key, storedAtMs }: { readonly key: string; readonly storedAtMs: number },
  { tally, source }: Wanted,
): SocialEvent | undefined {
  const parsed = originalEvent(document, storedAtMs);
  if (recordBytes(document.data()) > MAX_RECORD_BYTES) {
    // The stream has never taken such a record.
    countBad(tally, 'invalid_event', `${key}, ${placeText(document.place)}`);
    return undefined;
  }
  if (parsed.ok) return source === undefined || sourceOf(parsed.event.id) === source ? parsed.event : undefined;
  countBad(tally, parsed.reason, `${key}, ${placeText(document.place)}`);
  return undefined;
}

interface OriginalRecord {
  readonly event: SocialEvent;
  readonly document: LakeDocument;
}

async function send(sink: Pick<KinesisSink, 'put'>, records: readonly OriginalRecord[], tally: ReplayTally) {
  for (const { event, document } of records) {
    const source = sourceTally(tally, sourceOf(event.id));
    await sink.put(document.data(), () => (source.sent += 1));
  }
}

/** @returns whether it can change a window */
function countEvent({ now, settings }: ReplayDeps, event: SocialEvent, tally: ReplayTally): boolean {
  const source = sourceTally(tally, sourceOf(event.id));
  source.events += 1;
  const isInTime = now() < acceptsUntilMs(windowAt('minute', epochMs(event.created_at)), settings.lateHours);
  if (!isInTime) source.tooLate += 1;
  return isInTime;
}

async function compare(
  findRows: FindLiveRows,
  { writeShards }: ReplayDeps['settings'],
  records: readonly OriginalRecord[],
  tally: ReplayTally,
): Promise<void> {
  for (let from = 0; from < records.length; from += LOOKED_FOR_AT_ONCE) {
    const keys = Map.groupBy(records.slice(from, from + LOOKED_FOR_AT_ONCE), ({ event }) => sourceOf(event.id));
    await pMap(keys, async ([source, group]) => {
      const rows = group.map(({ event }) => liveRowKey(event, writeShards));
      countRows(rows, await findRows(source, rows), { tally, source });
    });
  }
}

function countRows(
  rows: readonly LiveRowKey[],
  found: ReadonlySet<string>,
  { tally, source }: { readonly tally: ReplayTally; readonly source: Source },
): void {
  const counts = sourceTally(tally, source);
  for (const { key_datetime, event_key } of rows) {
    if (found.has(event_key)) {
      counts.present += 1;
      continue;
    }
    counts.missing += 1;
    counts.minutes.add(key_datetime.slice(0, 16));
  }
}
