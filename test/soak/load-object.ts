import { searchEngine } from '../../core/search/search-engine.ts';
import { indexObject } from '../../storage/search/index-object.ts';
import { peakMb } from '../../bench/run-child.ts';
import { makeSearchSettings } from '../support/index-world.ts';
import { fileDocuments } from '../support/lake-file.ts';

/** Loads a file as `index-lake` does an object, into an index that only counts. */
const [path = ''] = process.argv.slice(2);
const settings = makeSearchSettings();
const startedMs = performance.now();
const { counts } = await indexObject(
  {
    sink: {
      write: async (operations) => ({
        stored: operations.length,
        stale: 0,
        refused: [],
        unfinished: [],
        isBlocked: false,
      }),
    },
    keepRejected: async () => undefined,
    settings,
    engine: searchEngine(settings),
    now: Date.now,
  },
  { storedAtMs: Date.parse('2026-11-20T18:00:00.000Z'), documents: fileDocuments(path) },
  { key: 'raw/soak', deadlineMs: Infinity },
);
const rejected = Object.values(counts.rejected).reduce((sum, count) => sum + count, 0);
console.log(
  JSON.stringify({
    indexed: counts.indexed,
    rejected,
    seconds: (performance.now() - startedMs) / 1e3,
    peakMb: peakMb(),
  }),
);
