import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

import { REPO_ROOT } from '../../../local/paths.ts';
import { readLocalSettings } from '../../../local/settings.ts';
import { ensureSpark } from '../../../local/spark/spark.ts';
import { runProgram } from '../../../test/spark/run-program.ts';
import { against, type Measurement } from '../../measurement.ts';
import type { LakePart } from './lake-part.ts';

const ROWS = 1_000_000;

const FiguresSchema = z.object({
  plain: z.number(),
  plain_in_order: z.number(),
  dedupe: z.number(),
  raw_bytes: z.number(),
  posts_bytes: z.number(),
});

/** The dedupe job against plain Spark: medians of three rounds in one session, after each other. */
export const dedupe: LakePart = {
  about: 'a day of a million rows to posts by the dedupe job, and by dropDuplicates of plain Spark',
  async measure() {
    const figures = await measureInSpark();
    return [
      ...against(rate('dropDuplicates of plain Spark', figures.plain), [
        rate('the same into one file in order', figures.plain_in_order),
        rate('dedupe job', figures.dedupe),
      ]),
      ...against({ what: 'the rows, JSON lines with gzip', value: figures.raw_bytes / ROWS, unit: 'bytes/row' }, [
        { what: 'posts.parquet', value: figures.posts_bytes / ROWS, unit: 'bytes/row' },
      ]),
    ];
  },
};

function rate(what: string, value: number): Measurement {
  return { what, value, unit: 'rows/s' };
}

async function measureInSpark(): Promise<z.infer<typeof FiguresSchema>> {
  const { python, env } = await ensureSpark(readLocalSettings().cacheFolder);
  const folder = await mkdtemp(join(tmpdir(), 'groundswell-bench-'));
  try {
    const args = ['bench/spark/dedupe_rate.py', folder, String(ROWS)];
    return FiguresSchema.parse(JSON.parse(await runProgram(python, args, { env, cwd: REPO_ROOT })));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
