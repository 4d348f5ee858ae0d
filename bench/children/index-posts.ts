import { backOff } from '../../storage/backoff.ts';
import { sendBulkBy } from '../../storage/search/bulk-request.ts';
import { bulkSink } from '../../storage/search/bulk-sink.ts';
import { searchClient } from '../../storage/search/search-client.ts';
import { peakMb } from '../run-child.ts';
import { searchPosts } from '../search-posts.ts';

/** Puts posts into a search server by the real sink, so many at once. */
const [endpoint = '', count = '0', perWrite = '1'] = process.argv.slice(2);
const MINUTE_MS = 60_000;

const client = searchClient({ endpoint });
const sink = bulkSink({ send: sendBulkBy(client, { isCompressed: false }), pause: backOff, now: Date.now });
const posts = searchPosts(7);
let stored = 0;
let heapMb = 0;
for (let left = Number(count); left > 0; left -= Number(perWrite)) {
  const operations = Array.from({ length: Math.min(left, Number(perWrite)) }, () => posts.next().value);
  const outcome = await sink.write(operations, Date.now() + MINUTE_MS);
  if (outcome.unfinished.length + outcome.refused.length > 0) throw new Error('the server did not take everything');
  stored += outcome.stored;
  heapMb = Math.max(heapMb, process.memoryUsage().heapUsed / 1_000_000);
}
await client.close();
console.log(JSON.stringify({ stored, heapMb, peakMb: peakMb() }));
