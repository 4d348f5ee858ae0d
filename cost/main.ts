import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { checkPreset, checkSettings, runCommand } from '../deployment/command-line.ts';
import { STATE_FOLDER } from '../deployment/target.ts';
import { synthesize } from '../local/deploy-app.ts';
import { childEnvironment } from '../local/environment.ts';
import { REPO_ROOT } from '../local/paths.ts';
import { reportToTerminal } from '../local/progress.ts';
import { holdLock } from '../deployment/single-run.ts';
import { parseRate } from '../producers/sources/common-options.ts';
import { billOf, totalOf, type BillSettings } from './bill.ts';
import { CountedSchema, operationsAt } from './operations.ts';
import { pricedResources, TemplateSchema } from './resources.ts';
import { billTable, type RatedBill } from './table.ts';

const USAGE = `Usage: npm run cost -- [--rate 100] [--json] [--preset trends] [-c name=value]
What a month on AWS costs at a rate (events a second), by list prices of us-east-1, without free tiers: the resources of
the synthesized templates, and operations that were counted (cost/operations.json). Without --rate: idle, 1, 100, 1,000.`;

const RATES = [0, 1, 100, 1_000];
const DAY_HOURS = 24;
const DEFAULT_LATE_HOURS = 48;
const DEFAULT_SUMMARY_DAYS = 30;
const DEFAULT_ORIGINAL_DAYS = 30;

await runCommand(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      preset: { type: 'string', default: 'trends' },
      rate: { type: 'string' },
      json: { type: 'boolean', default: false },
      context: { type: 'string', short: 'c', multiple: true, default: [] },
    },
  });
  const rates = values.rate === undefined ? RATES : [parseRate(values.rate)];
  const settings = checkSettings(values.context);
  const resources = pricedResources(await synthesizedTemplates(checkPreset(values.preset), settings));
  const counted = CountedSchema.parse(JSON.parse(await readFile(join(import.meta.dirname, 'operations.json'), 'utf8')));
  const bills = rates.map((rate): RatedBill => {
    const operations = operationsAt(counted.counted, rate);
    return { rate, items: billOf(resources, operations, keptFor(settings)) };
  });
  console.log(values.json ? json(bills) : billTable(bills));
});

async function synthesizedTemplates(preset: string, settings: readonly string[]) {
  using _lock = holdLock(STATE_FOLDER, 'start or deployment');
  const app = {
    root: REPO_ROOT,
    stateFolder: STATE_FOLDER,
    preset,
    cdkTarget: 'aws',
    settings,
    isInteractive: false,
    report: reportToTerminal,
  } as const;
  const { folder } = await synthesize(app, childEnvironment({ label: 'none' }));
  const names = (await readdir(folder)).filter((name) => name.endsWith('.template.json'));
  return Promise.all(
    names.map(async (name) => TemplateSchema.parse(JSON.parse(await readFile(join(folder, name), 'utf8')))),
  );
}

/** As far as `-c` says otherwise than the settings of lib/config.ts. */
function keptFor(settings: readonly string[]): BillSettings {
  const given = new Map(settings.map((setting) => setting.split('=', 2) as [string, string]));
  const lateHours = Number(given.get('lateHours') ?? DEFAULT_LATE_HOURS);
  return {
    liveHours: lateHours + 1,
    originalHours: Number(given.get('lakeOriginalDays') ?? DEFAULT_ORIGINAL_DAYS) * DAY_HOURS,
    summaryHours: Number(given.get('summaryRetentionDays') ?? DEFAULT_SUMMARY_DAYS) * DAY_HOURS,
  };
}

function json(bills: readonly RatedBill[]): string {
  return JSON.stringify(
    bills.map((bill) => ({ rate: bill.rate, usd_a_month: totalOf(bill.items), items: bill.items })),
  );
}
