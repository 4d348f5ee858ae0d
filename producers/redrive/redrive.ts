import pMap from 'p-map';

import type { RejectionReason } from '../../core/parse-event.ts';
import { eventTimeOf, readKeptObject, type KeptContent } from '../../storage/kept-object.ts';
import type { KeptStore, OpenObject } from '../../storage/kept-store.ts';
import type { IndexDeps } from '../../storage/search/index-events.ts';
import type { KinesisSink } from '../kinesis-sink.ts';
import { indexAgain, type IndexAgain, type IndexedObjects, type WantedObject } from './index-again.ts';
import { previewOf } from './preview.ts';

export interface RedriveDeps {
  readonly store: KeptStore;
  /** Where the records are sent; nothing is sent without it. */
  readonly sink?: Pick<KinesisSink, 'put' | 'flush'> | undefined;
  /** The search index, where there is one: what is sent is put into it as well. */
  readonly index?: IndexDeps | undefined;
  /** Epoch milliseconds: an event of before it changes no table any more. */
  readonly inTimeFromMs: number;
  /** Ends the work after what has been begun. */
  readonly stop: AbortSignal;
  /** Told how many objects have been dealt with, of how many. */
  readonly onProgress: (objects: number, total: number) => void;
}

export interface RedriveRequest {
  /** Only what was kept at this time or later, in epoch milliseconds. */
  readonly sinceMs: number;
  /** Only this reason. @default - all */
  readonly reason?: string | undefined;
  /** How many objects of a reason are named; Infinity names all. @default 3 */
  readonly examples?: number | undefined;
  /** Whether an object is named with the beginning of what it holds: content of posts, for the eyes of a person alone. */
  readonly withPreview?: boolean | undefined;
}

/** An object by name, alone or for others. */
export interface RedriveExample {
  readonly key: string;
  readonly detail: string;
  /** The beginning of its (first) record, with what a terminal would obey written as escapes. */
  readonly preview?: string;
}

/** What there was of one reason. */
export interface ReasonTally {
  readonly reason: string;
  objects: number;
  records: number;
  /** Records of before the time from which on they can change a table. */
  tooLate: number;
  /** Records that the stream has taken; of those that only the index lacks, the index. */
  sent: number;
  /** The first of them, as many as were asked for. */
  readonly examples: RedriveExample[];
}

export interface RedriveSummary {
  /** By reason, the most records first. */
  readonly reasons: readonly ReasonTally[];
  /** Keys of objects that are neither a rejected record nor a batch; they stay where they are. */
  readonly unreadable: readonly string[];
  /** Objects that stay because the index did not take them, and why; undefined if there are none. */
  readonly untaken?: { readonly objects: number; readonly problem: string } | undefined;
  /** False if it was stopped before it had seen everything. */
  readonly isComplete: boolean;
}

/** What is in memory at once, in objects and in bytes, but always one object. */
const GROUP_SIZE = 32;
const GROUP_BYTES = 16 * 1024 * 1024;
const CONCURRENCY = 8;
const DEFAULT_EXAMPLES = 3;

/**
 * Sends what is kept to the stream again, and moves an object away once the stream, and the index where there is one,
 * have all its records. Whatever is cut short is found and sent again the next time, which changes no number: a record
 * names its post and observation. What is kept while it runs waits for the next time: a record that is rejected again
 * would otherwise be sent for ever.
 * @throws what the store or the sink throws
 */
export async function redrive(deps: RedriveDeps, request: RedriveRequest): Promise<RedriveSummary> {
  const tallies = new Map<string, ReasonTally>();
  const unreadable: string[] = [];
  const { objects: total, newestMs: untilMs } = await deps.store.survey(request.sinceMs);
  const again = deps.index && indexAgain(deps.index);
  let [done, isComplete] = [0, true];
  const untaken: Untaken[] = [];
  for await (const keys of groupsOf(deps.store.open({ sinceMs: request.sinceMs, untilMs }))) {
    if (deps.stop.aborted) {
      isComplete = false;
      break;
    }
    const objects = (await pMap(keys, (key) => readObject(deps, key), { concurrency: CONCURRENCY })).flat();
    unreadable.push(...objects.flatMap(({ key, content }) => (content === undefined ? [key] : [])));
    const wanted = objects.flatMap(({ key, content }) => (isWanted(content, request) ? [{ key, content }] : []));
    for (const object of wanted) {
      const tally = tallyOf(tallies, object.content.reason);
      count(tally, object.content, deps.inTimeFromMs);
      if (tally.examples.length < (request.examples ?? DEFAULT_EXAMPLES))
        tally.examples.push(exampleOf(object, request));
    }
    untaken.push(await sendAndMove(deps, again, wanted, tallies));
    deps.onProgress((done += keys.length), total);
  }
  const reasons = [...tallies.values()].toSorted((a, b) => b.records - a.records);
  return { reasons, unreadable, untaken: sumOf(untaken), isComplete };
}

interface Untaken {
  readonly objects: number;
  readonly problem?: string | undefined;
}

function sumOf(groups: readonly Untaken[]): RedriveSummary['untaken'] {
  const problem = groups.at(-1)?.problem;
  return problem === undefined
    ? undefined
    : { objects: groups.reduce((sum, { objects }) => sum + objects, 0), problem };
}

async function* groupsOf(objects: AsyncIterable<OpenObject>): AsyncGenerator<readonly string[]> {
  let [group, bytes]: [string[], number] = [[], 0];
  for await (const { key, sizeBytes } of objects) {
    if (group.length === GROUP_SIZE || (group.length > 0 && bytes + sizeBytes > GROUP_BYTES)) {
      yield group;
      [group, bytes] = [[], 0];
    }
    group.push(key);
    bytes += sizeBytes;
  }
  if (group.length > 0) yield group;
}

interface ReadObject {
  readonly key: string;
  /** Undefined if it is neither a record nor a batch. */
  readonly content: KeptContent | undefined;
}

async function readObject({ store }: RedriveDeps, key: string): Promise<ReadObject[]> {
  const text = await store.read(key);
  return text === undefined ? [] : [{ key, content: readKeptObject(text) }];
}

function isWanted(content: KeptContent | undefined, { reason }: RedriveRequest): content is KeptContent {
  return content !== undefined && (reason === undefined || reason === content.reason);
}

/** The tables have what was rejected for this. */
const ONLY_INDEX: RejectionReason = 'index_refused';

/** @returns how many objects stay as the index did not take them, and why */
async function sendAndMove(
  { sink, store }: RedriveDeps,
  again: IndexAgain | undefined,
  objects: readonly WantedObject[],
  tallies: Map<string, ReasonTally>,
): Promise<Untaken> {
  if (sink === undefined) return { objects: 0 };
  // Sent to the stream, what is still refused would be kept a second time by the feed that reads it.
  const isForStream = ({ content }: WantedObject): boolean => again === undefined || content.reason !== ONLY_INDEX;
  for (const { content } of objects.filter(isForStream))
    for (const { data } of content.records) await sink.put(data, () => undefined);
  // Before anything is moved away, the stream has everything.
  await sink.flush();
  const { untaken, refused, problem } = (await again?.(objects)) ?? NONE_LEFT;
  const moved = objects.filter(({ key }) => !untaken.has(key) && !refused.has(key));
  for (const object of objects)
    if (isForStream(object) || moved.includes(object))
      tallyOf(tallies, object.content.reason).sent += object.content.records.length;
  await pMap(moved, ({ key }) => store.moveAway(key), { concurrency: CONCURRENCY });
  return { objects: untaken.size, problem };
}

const NONE_LEFT: IndexedObjects = { untaken: new Set(), refused: new Set() };

function tallyOf(tallies: Map<string, ReasonTally>, reason: string): ReasonTally {
  const tally = tallies.get(reason) ?? { reason, objects: 0, records: 0, tooLate: 0, sent: 0, examples: [] };
  tallies.set(reason, tally);
  return tally;
}

function count(tally: ReasonTally, { records }: KeptContent, inTimeFromMs: number): void {
  tally.objects += 1;
  tally.records += records.length;
  tally.tooLate += records.filter((record) => eventTimeOf(record) < inTimeFromMs).length;
}

function exampleOf(
  { key, content: { records, detail } }: WantedObject,
  { withPreview }: RedriveRequest,
): RedriveExample {
  const first = withPreview === true ? records[0] : undefined;
  return first === undefined ? { key, detail } : { key, detail, preview: previewOf(first.data) };
}
