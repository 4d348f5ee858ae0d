import { access, constants } from 'node:fs/promises';
import { parseArgs, styleText } from 'node:util';

import { checkPreset, runCommand, UsageError } from '../deployment/command-line.ts';
import { presetNamed } from '../presets/presets.ts';
import { resolveWeights } from '../presets/weights.ts';
import {
  decimalOf,
  NAIVE_WINDOW_NAMES,
  naiveRanking,
  naiveSpan,
  type NaiveSpan,
  type NaiveWindowName,
} from './naive-ranking.ts';
import { rankingJson, type ShownKeyword } from './ranking-json.ts';
import { readEvents, type EventFile } from './read-events.ts';
import { alignColumns, visibleText, windowTitle } from './terminal-text.ts';
import { parseTime, parseWholeNumber } from '../deployment/option-values.ts';
import { WINDOW_OPTIONS } from './window-options.ts';

const USAGE = `Usage: npm run rank -- --file events.jsonl[.gz] --window minute|5-minute|hour --at 2026-11-20T17:38
       [--category all] [--limit 10] [--json] [--preset trends]
Ranks the keywords of a window straight from a file of events, by plain loops and without AWS: shares only the keyword
function, the rules for what is an event and the canonical form with what it checks. Weights are the preset's. --json
(with npm run --silent) is what \`npm run top -- --json\` prints of the same window: compare them with diff.`;

/** More keywords than a file that fits into memory has. */
const MAX_LIMIT = 10_000_000;

await runCommand(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      preset: WINDOW_OPTIONS.preset,
      window: WINDOW_OPTIONS.window,
      at: WINDOW_OPTIONS.at,
      file: { type: 'string' },
      category: { type: 'string', default: 'all' },
      limit: { type: 'string', default: '10' },
      json: { type: 'boolean', default: false },
    },
  });
  const name = parseNaiveWindow(values.window);
  if (values.at === undefined)
    throw new UsageError('--at is missing: the time of the window, such as 2026-11-20T17:38.');
  const span = naiveSpan(name, parseTime('at', values.at));
  const category = values.category.toLowerCase();
  const limit = parseWholeNumber('limit', values.limit, { min: 1, max: MAX_LIMIT });
  const weights = resolveWeights(presetNamed(checkPreset(values.preset)).weights);
  const file = await readEvents(await checkFile(values.file), Date.now());
  tellOddities(file);
  const ranking = naiveRanking(file.events, { ...span, category, weights })
    .slice(0, limit)
    .map((row) => ({ ...row, score: decimalOf(row.score) }));
  console.log(
    values.json
      ? rankingJson(ranking, { category, keyDatetime: span.keyDatetime })
      : table(ranking, { name, span, category }),
  );
});

/** @throws UsageError if there is no such window */
function parseNaiveWindow(text: string | undefined): NaiveWindowName {
  const name = NAIVE_WINDOW_NAMES.find((known) => known === text);
  if (name !== undefined) return name;
  throw new UsageError(`--window is ${JSON.stringify(text ?? '')}; allowed is ${NAIVE_WINDOW_NAMES.join(', ')}.`);
}

async function checkFile(file: string | undefined): Promise<string> {
  if (file === undefined) throw new UsageError('--file is missing: the file of events.');
  try {
    await access(file, constants.R_OK);
    return file;
  } catch {
    throw new UsageError(`There is no file ${file} that can be read.`);
  }
}

/** On standard error: a ranking that is piped on stays one. */
function tellOddities({ rejected, events }: EventFile): void {
  if (rejected > 0) console.error(`${rejected} ${rejected === 1 ? 'line is' : 'lines are'} no event and not counted.`);
  const minutes = Map.groupBy(events, ({ id }) => id).values();
  const moved = [...minutes].filter((some) => new Set(some.map((event) => event.created_at.slice(0, 16))).size > 1);
  if (moved.length > 0)
    console.error(
      `${moved.length} ${moved.length === 1 ? 'id has' : 'ids have'} observations with created_at in different minutes, against the contract: each minute counts, as in the tables.`,
    );
}

interface TableHead {
  readonly name: NaiveWindowName;
  readonly span: NaiveSpan;
  readonly category: string;
}

function table(ranking: readonly ShownKeyword[], { name, span, category }: TableHead): string {
  const title = windowTitle({ name, startMs: span.fromMs, endMs: span.toMs });
  const head = styleText('bold', `${title}, ${category}, computed from the file`);
  if (ranking.length === 0) return `${head}\n  nothing\n`;
  const rows = ranking.map(({ rank, key_word, score, mentions, authors }) => [
    String(rank),
    visibleText(key_word),
    score,
    String(mentions),
    String(authors),
  ]);
  const columns = ['rank', 'keyword', 'score', 'mentions', 'authors'] as const;
  return `${head}\n${alignColumns(columns, rows, ['rank', 'score', 'mentions', 'authors'])}\n`;
}
