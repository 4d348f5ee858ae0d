import { searchEngine } from '../../core/search/search-engine.ts';
import { eventOfDocument } from '../../storage/lake/document-event.ts';
import { indexObject } from '../../storage/search/index-object.ts';
import { peakMb } from '../../bench/run-child.ts';
import { makeSearchSettings } from '../support/index-world.ts';
import { fileDocuments } from '../support/lake-file.ts';

const [path = '', mode = ''] = process.argv.slice(2);
const storedAtMs = Date.parse('2026-11-20T18:00:00.000Z');
const startedMs = performance.now();
const counts = mode === 'index' ? await index() : await read();
console.log(JSON.stringify({ ...counts, seconds: (performance.now() - startedMs) / 1e3, peakMb: peakMb() }));

/** Reads the events of a file, as replay does. */
async function read() {
  let [events, rejected] = [0, 0];
  for await (const documents of fileDocuments(path))
    for (const document of documents)
      if (eventOfDocument(document, storedAtMs).ok) events += 1;
      else rejected += 1;
  return { events, rejected };
}

/**
 * Loads a file as `index-lake` does an object, into an index that only counts. Without a deadline: the time that
 * `index-lake` has for an object is no part of what is measured.
 */
async function index() {
  const settings = makeSearchSettings();
  const none = { stale: 0, refused: [], unfinished: [], isBlocked: false };
  const deps = {
    sink: { write: async (operations: readonly unknown[]) => ({ ...none, stored: operations.length }) },
    keepRejected: async () => undefined,
    settings,
    engine: searchEngine(settings),
    now: Date.now,
  };
  const content = { storedAtMs, documents: fileDocuments(path) };
  const result = await indexObject(deps, content, { key: 'raw/soak', deadlineMs: () => Infinity });
  const rejected = Object.values(result.counts.rejected).reduce((sum, count) => sum + count, 0);
  return { events: result.counts.indexed, rejected };
}
