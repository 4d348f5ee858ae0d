import { parseArgs } from 'node:util';

import { ALL } from '../core/categories.ts';
import { windowsBetween, type Window, type WindowName } from '../core/windows.ts';
import { checkPreset, runCommand, UsageError } from '../deployment/command-line.ts';
import { openTrends } from '../deployment/open-trends.ts';
import { resolveTarget } from '../deployment/target.ts';
import { keywordSeries } from '../storage/keyword-series.ts';
import { keywordChart, keywordJson } from './keyword-chart.ts';
import { parseKeyword } from './keyword-option.ts';
import { parseSince } from '../deployment/since.ts';
import { slowProgress } from '../deployment/slow-progress.ts';
import { parseWindowName } from './window-name.ts';
import { WINDOW_OPTIONS } from './window-options.ts';

const USAGE = `Usage: npm run keyword -- W [--since 24h] [--window minute|5-minute|hour] [--category all] [--json]
       [--preset trends] [--target aws]
Shows a keyword over time: score, mentions and rank in each window. --since: 90m, 24h, 7d or a UTC time. --window: minute
up to two hours, else hour, unless given. In a window where it is not among the best it is looked up in the snapshot or
computed from the summaries, the newest first, at most 4,500 of them; before those a gap says what is known ("below the
best 100", "not known"), which is not "not said". --json (with npm run --silent): one array.`;

const MINUTES_UP_TO_MS = 2 * 3_600_000;
/** So many reads of a snapshot at most. */
const MAX_WINDOWS = 1_500;
const WINDOW_MINUTES = { minute: 1, '5-minute': 5, hour: 60 } as const;
const DEFAULT_WIDTH = 100;

await runCommand(USAGE, async () => {
  const { values, positionals } = parseArgs({
    options: {
      preset: WINDOW_OPTIONS.preset,
      target: WINDOW_OPTIONS.target,
      window: WINDOW_OPTIONS.window,
      since: { type: 'string', default: '24h' },
      category: { type: 'string', default: ALL },
      json: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const [text, ...more] = positionals;
  if (more.length > 0) throw new UsageError('There is more than one keyword: put quotes around a phrase.');
  const series = { keyword: parseKeyword('The keyword', text), category: values.category.toLowerCase() };
  const nowMs = Date.now();
  const fromMs = parseSince(values.since, nowMs);
  const name = values.window === undefined ? defaultWindow(nowMs - fromMs) : parseWindowName(values.window);
  const windows = windowsOf(name, fromMs, nowMs);
  const { stores, settings, readRows } = await openTrends(resolveTarget(values), checkPreset(values.preset));
  const report = slowProgress('Computing windows from their summaries', process.stderr, Date.now);
  const points = await keywordSeries({ stores, settings, readRows, nowMs }, { ...series, windows }, report);
  const width = process.stdout.columns || DEFAULT_WIDTH;
  console.log(values.json ? keywordJson(points, series) : keywordChart(points, series, width));
});

function defaultWindow(spanMs: number): WindowName {
  return spanMs <= MINUTES_UP_TO_MS ? 'minute' : 'hour';
}

/** @throws UsageError if there are more than a series can have */
function windowsOf(name: WindowName, fromMs: number, nowMs: number): Window[] {
  const asked = Math.ceil((nowMs - fromMs) / (WINDOW_MINUTES[name] * 60_000)) + 1;
  if (asked <= MAX_WINDOWS) return windowsBetween(name, fromMs, nowMs);
  throw new UsageError(
    `--since asks for ${asked} windows; allowed are ${MAX_WINDOWS}: choose a later --since or a longer --window.`,
  );
}
