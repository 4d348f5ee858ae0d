import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { ALL } from '../core/categories.ts';
import { formatMillionths } from '../core/event-score.ts';
import { hasClosed, windowAt, windowBefore, type WindowName } from '../core/windows.ts';
import { checkPreset, runCommand } from '../deployment/command-line.ts';
import { openTrends, type Trends } from '../deployment/open-trends.ts';
import { resolveTarget } from '../deployment/target.ts';
import { newestWindow, viewWindow } from '../storage/view-window.ts';
import { rankingJson } from './ranking-json.ts';
import { missingText, rankingTable, type RankingPage } from './ranking-table.ts';
import { parseTime, parseWholeNumber } from '../deployment/option-values.ts';
import { WINDOW_OPTIONS } from './window-options.ts';
import { parseWindowName } from './window-name.ts';

const USAGE = `Usage: npm run top -- --window minute|5-minute|hour [--at 2026-11-20T17:38] [--category all] [--limit 10]
       [--json] [--watch] [--preset trends] [--target aws]
Shows the ranked keywords of a window. --at: the minute or hour that contains that time (UTC), for 5-minute the first
boundary after it; default: the newest, for minute the open one. --category: all, source:<source>, tag:<tag> or
category:<source>/<name>. --json (with npm run --silent): one array on stdout. --watch: again every two seconds.`;

const WATCH_MS = 2_000;
const DEEPEST_RANK = 100;

interface TopOptions {
  readonly name: WindowName;
  readonly atMs: number | undefined;
  readonly category: string;
  readonly limit: number;
}

await runCommand(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      ...WINDOW_OPTIONS,
      category: { type: 'string', default: ALL },
      limit: { type: 'string', default: '10' },
      json: { type: 'boolean', default: false },
      watch: { type: 'boolean', default: false },
    },
  });
  const options = {
    name: parseWindowName(values.window),
    atMs: values.at === undefined ? undefined : parseTime('at', values.at),
    category: values.category.toLowerCase(),
    limit: parseWholeNumber('limit', values.limit, { min: 1, max: DEEPEST_RANK }),
  };
  const trends = await openTrends(resolveTarget(values), checkPreset(values.preset));
  const print = values.json ? printJson : printTable;
  print(await readPage(trends, options));
  if (values.watch) await watch(async () => print(await readPage(trends, options)));
});

async function readPage({ stores, settings }: Trends, options: TopOptions): Promise<RankingPage> {
  const nowMs = Date.now();
  const deps = { stores, settings, nowMs };
  const { name, atMs, category, limit } = options;
  const window = atMs === undefined ? await newestWindow(deps, name) : windowAt(name, atMs);
  const [view, before] = await Promise.all([
    viewWindow(deps, { window, category, limit }),
    viewWindow(deps, { window: windowBefore(window), category, limit: DEEPEST_RANK }),
  ]);
  return { window, category, view, before, isOpen: !hasClosed(window, nowMs) };
}

function printTable(page: RankingPage): void {
  // A terminal shows one table in place; anything else gets one after the other.
  if (process.stdout.isTTY) process.stdout.write('\u001b[H\u001b[J');
  console.log(rankingTable(page));
}

function printJson({ window, category, view }: RankingPage): void {
  const ranking = view.ranking.map((keyword) => ({ ...keyword, score: formatMillionths(keyword.score) }));
  const missing = missingText(view);
  if (missing !== undefined) console.error(missing);
  console.log(rankingJson(ranking, { category, keyDatetime: window.keyDatetime }));
}

async function watch(show: () => Promise<void>): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  while (!stop.signal.aborted) {
    // Aborting ends the wait, which is all it is for.
    await sleep(WATCH_MS, undefined, { signal: stop.signal }).catch(() => undefined);
    if (!stop.signal.aborted) await show();
  }
}
