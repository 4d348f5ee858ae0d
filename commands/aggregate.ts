import { parseArgs } from 'node:util';

import type { AggregatedWindow, AggregateRequest } from '../core/aggregate-request.ts';
import { hourKeyOf, minuteKey, windowsBetween, type WindowName } from '../core/windows.ts';
import { checkPreset, runCommand, UsageError } from '../deployment/command-line.ts';
import { invokeAggregation, type InvokeAggregation } from '../deployment/invoke-aggregation.ts';
import { readTrends } from '../deployment/read-outputs.ts';
import { resolveTarget } from '../deployment/target.ts';
import { backOff } from '../storage/backoff.ts';
import { parseTime } from '../deployment/option-values.ts';
import { WINDOW_OPTIONS } from './window-options.ts';
import { parseWindowName } from './window-name.ts';

const USAGE = `Usage: npm run aggregate -- --window minute|5-minute|hour --at 2026-11-20T17:38 [--to 2026-11-20T18:10]
       [--json] [--preset trends] [--target aws]
Recomputes that window, or every window up to --to, now, through the deployed function: the marked minutes below it
first. Prints what became of each window that holds anything. Exit code 1 if one of them was busy.`;

const MAX_ATTEMPTS = 5;

const EXPLANATIONS = {
  finished: '',
  empty: 'nothing was said',
  open: 'has not ended; `npm run top` computes it as it looks',
  'too-late': 'accepts no changes any more; left as it is',
  busy: 'was being written by others or time ran out; it is marked, and the schedule finishes it',
} as const;

await runCommand(USAGE, async () => {
  const { values } = parseArgs({
    options: { ...WINDOW_OPTIONS, to: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const name = parseWindowName(values.window);
  if (values.at === undefined)
    throw new UsageError('--at is missing: the time of the window, such as 2026-11-20T17:38.');
  const fromMs = parseTime('at', values.at);
  const toMs = values.to === undefined ? fromMs : parseTime('to', values.to);
  if (toMs < fromMs) throw new UsageError('--to is before --at.');
  const target = resolveTarget(values);
  const invoke = invokeAggregation(target, await readTrends(target, checkPreset(values.preset)), name);
  const windows: AggregatedWindow[] = [];
  for (const [from, to] of hourlyRanges(name, fromMs, toMs)) {
    if (toMs - fromMs >= 2 * 3_600_000) console.error(`Aggregating ${from} to ${to} …`);
    windows.push(...(await aggregateRange(invoke, { from, to })));
  }
  console.log(values.json ? JSON.stringify(windows) : report(windows));
  return windows.some(({ status }) => status === 'busy') ? 1 : 0;
});

/** Asks again while the schedule is at work on the same windows. */
async function aggregateRange(invoke: InvokeAggregation, range: AggregateRequest): Promise<AggregatedWindow[]> {
  for (let attempt = 1; ; attempt++) {
    const { windows } = await invoke(range);
    if (attempt === MAX_ATTEMPTS || windows.every(({ status }) => status !== 'busy')) return windows;
    await backOff(attempt);
  }
}

/** An invocation takes the windows of one hour: it ends well before its time is over, and progress shows. */
function hourlyRanges(name: WindowName, fromMs: number, toMs: number): (readonly [string, string])[] {
  const hours = Map.groupBy(windowsBetween(name, fromMs, toMs), ({ keyDatetime }) => hourKeyOf(keyDatetime));
  return [...hours.values()].map((windows) => {
    const keys = windows.map(({ keyDatetime }) => keyDatetime);
    return [keys[0] ?? minuteKey(fromMs), keys.at(-1) ?? minuteKey(toMs)] as const;
  });
}

function report(windows: readonly AggregatedWindow[]): string {
  const told = windows.filter(({ status }) => status !== 'empty').map(line);
  const empty = windows.length - told.length;
  if (empty > 0) told.push(`${empty} ${empty === 1 ? 'window' : 'windows'} in which ${EXPLANATIONS.empty}`);
  return told.join('\n');
}

function line({ window, key_datetime, status, events = 0, keywords = 0, changed = false }: AggregatedWindow): string {
  const outcome =
    status === 'finished'
      ? `${changed ? 'changed' : 'as before'}: ${events} events, ${keywords} keywords`
      : EXPLANATIONS[status];
  return `${window} ${key_datetime}  ${outcome}`;
}
