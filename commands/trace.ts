import { parseArgs } from 'node:util';

import { ALL } from '../core/categories.ts';
import { windowAt } from '../core/windows.ts';
import { checkPreset, runCommand } from '../deployment/command-line.ts';
import { openTrends } from '../deployment/open-trends.ts';
import { resolveTarget } from '../deployment/target.ts';
import { traceWindow } from '../storage/trace-window.ts';
import { newestWindow } from '../storage/view-window.ts';
import { parseKeyword } from './keyword-option.ts';
import { slowProgress } from '../deployment/slow-progress.ts';
import { traceJson, traceTable } from './trace-report.ts';
import { parseWindowName } from './window-name.ts';
import { parseTime } from '../deployment/option-values.ts';
import { WINDOW_OPTIONS } from './window-options.ts';

const USAGE = `Usage: npm run trace -- --keyword W --window minute|5-minute|hour [--at 2026-11-20T17:38] [--category all]
       [--json] [--preset trends] [--target aws]
Shows the posts behind one cell of a ranking: of each the latest observation, weight x count of every metric, and what
that adds; and whether the sum is what the ranking shows. --at and --category as in npm run top. The table shows the
100 greatest and sums up the others; --json (with npm run --silent) has all, in exact numbers. Posts can be shown for
49 hours after their minute, then only what the summaries say. Exit code 1 if the sum is not what the ranking shows.`;

await runCommand(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      ...WINDOW_OPTIONS,
      keyword: { type: 'string' },
      category: { type: 'string', default: ALL },
      json: { type: 'boolean', default: false },
    },
  });
  const keyword = parseKeyword('--keyword', values.keyword);
  const name = parseWindowName(values.window);
  const category = values.category.toLowerCase();
  const atMs = values.at === undefined ? undefined : parseTime('at', values.at);
  const { stores, settings } = await openTrends(resolveTarget(values), checkPreset(values.preset));
  const deps = { stores, settings, nowMs: Date.now() };
  const window = atMs === undefined ? await newestWindow(deps, name) : windowAt(name, atMs);
  const report = slowProgress('Reading the rows of minutes', process.stderr, Date.now);
  const traced = await traceWindow(deps, { window, keyword, category }, report);
  const clock = { nowMs: deps.nowMs, lateHours: settings.lateHours };
  console.log(values.json ? traceJson(traced, clock) : traceTable(traced, clock));
  return traced.agreement === 'equal' || traced.agreement === 'unknown' ? 0 : 1;
});
