import { hasCanonicalForm } from '../../core/canonical-json.ts';
import { parseEvent } from '../../core/parse-event.ts';
import { TransientStoreError } from '../../storage/errors.ts';
import type { KeptContent } from '../../storage/kept-object.ts';
import { rejectedKey, type RejectedRecord } from '../../storage/rejected-store.ts';
import { indexItems, type FeedItem, type IndexDeps } from '../../storage/search/index-events.ts';
import { remedyOf, SearchRefusedError } from '../../storage/search/search-errors.ts';

/** An object that is sent again. */
export interface WantedObject {
  readonly key: string;
  readonly content: KeptContent;
}

/** Why objects have to stay. */
export interface IndexedObjects {
  /** The keys of those that the index did not take now: to be sent again. */
  readonly untaken: ReadonlySet<string>;
  /** The keys of those that it refuses as before, and that are kept as they are. */
  readonly refused: ReadonlySet<string>;
  /** Why the index did not take them; undefined if it took all. */
  readonly problem?: string | undefined;
}

export type IndexAgain = (objects: readonly WantedObject[]) => Promise<IndexedObjects>;

const GROUP_MS = 60_000;
const BLOCKED = 'the search server takes no documents (full disk, read only, or no permission)';
const BUSY = 'the search server does not take documents now';

/**
 * Puts the events of kept objects straight into the index: a feed of table or lake does not see a post again that is
 * stored already. What is no event is left to those that read the stream. What the index refuses is kept under the key
 * of its record, so however often it is sent, it is kept once. A server that did not take a group is not asked again.
 */
export function indexAgain(index: IndexDeps): IndexAgain {
  let problem: string | undefined;
  return async (objects) => {
    const items = objects.flatMap((object) => itemsOf(object, index.now()));
    const refused = new Set<string>();
    if (problem !== undefined) return { untaken: keysOf(items), refused, problem };
    const keepRejected = keeping(index, keysOf(objects), refused);
    try {
      const result = await indexItems({ ...index, keepRejected }, items, index.now() + GROUP_MS);
      if (result.unfinished.length > 0) problem = result.isBlocked ? BLOCKED : BUSY;
      return { untaken: keysOf(result.unfinished), refused, problem };
    } catch (error) {
      if (!(error instanceof TransientStoreError || error instanceof SearchRefusedError)) throw error;
      problem = error instanceof SearchRefusedError ? `${error.message}: ${remedyOf(error)}` : error.message;
      return { untaken: keysOf(items), refused, problem };
    }
  };
}

interface KeptItem extends FeedItem {
  /** Of its object. */
  readonly key: string;
}

/** @param nowMs when the stream would get them: times are judged as if they arrived now */
function itemsOf({ key, content }: WantedObject, nowMs: number): KeptItem[] {
  return content.records.flatMap((record) => {
    const parsed = parseEvent(record.data, nowMs);
    // The tables reject an event without a canonical form, and keep it anew.
    return parsed.ok && hasCanonicalForm(parsed.event) ? [{ key, parsed, record }] : [];
  });
}

/** Keeps what is refused, but does not touch an object that holds just that; its key is added to `refused`. */
function keeping(index: IndexDeps, keys: ReadonlySet<string>, refused: Set<string>) {
  return async (rejected: RejectedRecord): Promise<void> => {
    // The tables have taken it, whatever the index finds wrong.
    const record: RejectedRecord = { ...rejected, reason: 'index_refused' };
    const key = rejectedKey(record);
    if (keys.has(key)) refused.add(key);
    else await index.keepRejected(record);
  };
}

function keysOf(things: readonly { readonly key: string }[]): ReadonlySet<string> {
  return new Set(things.map(({ key }) => key));
}
