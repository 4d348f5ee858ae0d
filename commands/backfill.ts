import { parseArgs } from 'node:util';

import { checkPreset, runCommand, SetupError, UsageError } from '../deployment/command-line.ts';
import { parseTime } from '../deployment/option-values.ts';
import { readIngestion, readLake, readSearch } from '../deployment/read-outputs.ts';
import { slowProgress } from '../deployment/slow-progress.ts';
import { clientConfig, resolveTarget } from '../deployment/target.ts';
import { s3Client } from '../storage/aws-clients.ts';
import { backOff } from '../storage/backoff.ts';
import { TransientStoreError } from '../storage/errors.ts';
import { lakeStoreIn } from '../storage/lake/lake-store.ts';
import { keepRejectedIn } from '../storage/rejected-store.ts';
import { backfill, type BackfillRange, type BackfillResult } from '../storage/search/backfill.ts';
import { openIndex } from '../storage/search/open-index.ts';
import { remedyOf, SearchRefusedError } from '../storage/search/search-errors.ts';

const USAGE = `Usage: npm run backfill -- --from 2026-11-20 --to 2026-11-21 [--json] [--preset trends] [--target aws]
Puts the events of the lake that were created in that time into the search index again: after a change of the template,
or where the index was lost. --from, --to: UTC days or times; --to does not belong to it, and is now unless given. What
is in the index already stays; bad lines are kept in the bucket for rejected records.`;

await runCommand(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      preset: { type: 'string', default: 'trends' },
      target: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const range = rangeOf(values.from, values.to);
  const result = await run(resolveTarget(values), checkPreset(values.preset), range);
  console.log(values.json ? JSON.stringify(result) : describe(result));
});

async function run(
  target: ReturnType<typeof resolveTarget>,
  preset: string,
  range: BackfillRange,
): Promise<BackfillResult> {
  const search = await readSearch(target, preset);
  const { LakeBucketName } = await readLake(target, preset);
  const { RejectedBucketName } = await readIngestion(target, preset);
  const s3 = s3Client(clientConfig(target));
  const index = openIndex({
    endpoint: search.SearchEndpoint,
    settings: search.SearchSettings,
    keepRejected: keepRejectedIn({ s3, bucketName: RejectedBucketName }),
  });
  try {
    return await backfill(
      {
        lake: lakeStoreIn({ s3, bucketName: LakeBucketName }),
        index,
        pause: backOff,
        onProgress: slowProgress('Objects of the lake', process.stderr, Date.now),
      },
      range,
    );
  } catch (error) {
    if (error instanceof SearchRefusedError)
      throw new SetupError(`${error.message}: ${remedyOf(error)}.`, { cause: error });
    if (!(error instanceof TransientStoreError)) throw error;
    throw new SetupError(`${error.message}: what was indexed stays; run the same again later.`, { cause: error });
  }
}

function rangeOf(from: string | undefined, to: string | undefined): BackfillRange {
  if (from === undefined) throw new UsageError('Say --from.');
  const range = {
    fromMs: parseDayOrTime('from', from),
    toMs: to === undefined ? Date.now() : parseDayOrTime('to', to),
  };
  if (range.fromMs < range.toMs) return range;
  throw new UsageError('--from is not before --to.');
}

function parseDayOrTime(option: string, text: string): number {
  return parseTime(option, /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text);
}

function describe({ objects, counts }: BackfillResult): string {
  if (objects === 0) return 'The lake holds no object of that time.';
  const rejected = Object.entries(counts.rejected).map(([reason, count]) => `${count} ${reason}`);
  return [
    `${objects} ${objects === 1 ? 'object' : 'objects'} read: ${counts.indexed} events indexed, ${counts.stale} were there already (or newer ones), ${counts.tooOld} too old to be kept.`,
    ...(rejected.length === 0
      ? []
      : [`Kept as rejected: ${rejected.join(', ')}; npm run redrive -- --dry-run shows them.`]),
  ].join('\n');
}
