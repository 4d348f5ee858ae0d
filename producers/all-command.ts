import { parseArgs } from 'node:util';

import { SOURCES, type Source as NetworkName } from '../core/sources.ts';
import { checkPreset, SetupError, UsageError } from '../deployment/command-line.ts';
import { TargetError } from '../deployment/target.ts';
import type { Network } from './network/network.ts';
import { NETWORK_OPTIONS } from './network/options.ts';
import { runNetwork } from './network/run-network.ts';
import { supervise } from './network/supervise.ts';
import { minuteReport } from './network/minute-report.ts';
import type { ProducerCommand } from './producer-command.ts';
import { progressLine, sharedLine } from './progress-line.ts';
import { listenForStop } from './stop-signals.ts';
import { wait } from './wait.ts';

const USAGE = `Usage: npm run producer -- --sources twitter,reddit,bluesky [--preset trends] [--target aws] [--json] [--always] [--once] [--dry-run]
Runs several producers in one process; what befalls one does not touch the others. --json: every minute a JSON line for
each source says what it has sent and rejected in it. One that lacks its credentials is tried again every 15 minutes while
another one runs, with --always in any case. Sources: ${SOURCES.join(', ')}.`;

/** `npm run producer` */
export function allCommand(
  readers: Readonly<Record<NetworkName, Network>>,
  environment: Readonly<Record<string, string | undefined>>,
): ProducerCommand {
  return {
    usage: USAGE,
    async run(args) {
      const { values } = parseArgs({ args: [...args], options: OPTIONS });
      const { sources, json, always, once, preset, target, 'dry-run': isDry } = values;
      const names = parseSources(sources);
      checkPreset(preset);
      const request = { ...NO_REQUEST, preset, target, once, isDry };
      const line = sharedLine(progressLine(process.stderr, Date.now));
      const signals = listenForStop(Date.now);
      const producers = names.map((name) => {
        const own = line.of(name);
        const onTick = json ? minuteReport(name, { now: Date.now, print: (text) => console.log(text) }) : undefined;
        const options = { name, network: readers[name], request, environment, line: own, signals };
        return {
          run: () => runNetwork({ ...options, ...(onTick && { onTick }) }),
          notify: (sentence: string) => own.say(sentence),
        };
      });
      return supervise(producers, {
        signal: signals.stop,
        clock: { now: Date.now, wait, random: Math.random },
        isForPerson: (error) => error instanceof SetupError || error instanceof TargetError,
        isAlways: always,
      });
    },
  };
}

const { json, once, preset, target, 'dry-run': dryRun } = NETWORK_OPTIONS;
const OPTIONS = {
  json,
  once,
  preset,
  target,
  'dry-run': dryRun,
  sources: { type: 'string' },
  always: { type: 'boolean', default: false },
} as const;

/** What is asked of one source alone. */
const NO_REQUEST = { json: false, record: undefined, replay: undefined, limit: undefined, flags: {} } as const;

/** @throws UsageError if they are none, or one is unknown */
function parseSources(text: string | undefined): NetworkName[] {
  if (text === undefined) throw new UsageError('--sources is missing: the networks to read, with commas in between.');
  const names = text.split(',').map((name) => name.trim());
  const known = names.flatMap((name) => SOURCES.find((source) => source === name) ?? []);
  const unknown = names.find((name) => !SOURCES.some((source) => source === name));
  if (unknown === undefined) return [...new Set(known)];
  throw new UsageError(`--sources has ${JSON.stringify(unknown)}; allowed are ${SOURCES.join(', ')}.`);
}
