import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import { STATE_FOLDER } from '../deployment/target.ts';
import { bringUp } from './bring-up.ts';
import { checkPreset, checkSettings, runCommand, UsageError } from '../deployment/command-line.ts';
import { stopEmulator } from './emulator.ts';
import { printLogs } from './logs.ts';
import { reportToTerminal } from './progress.ts';
import { stopSearchServer } from './search/ensure-search.ts';
import { searchLine } from './search/search-setting.ts';
import { readLocalSettings } from './settings.ts';
import { printStatus } from './status.ts';

const USAGE = `Usage: npm run local -- up [--preset trends] [-c name=value]   start emulator and search, and deploy
       npm run local -- status                                 what runs, where
       npm run local -- logs [--follow] [--lines 200]          what the functions say
       npm run local -- down                                   stop; what it holds is lost
       npm run local -- reset                                  stop, and remove logs and built templates too`;

await runCommand(USAGE, async () => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      preset: { type: 'string', default: 'trends' },
      context: { type: 'string', short: 'c', multiple: true, default: [] },
      follow: { type: 'boolean', default: false },
      lines: { type: 'string', default: '200' },
    },
  });
  const [verb, ...rest] = positionals;
  if (rest.length > 0) throw new UsageError(`${JSON.stringify(rest[0])} is one word too many.`);
  if (verb === 'up') return up(checkPreset(values.preset), checkSettings(values.context));
  if (verb === 'status') return printStatus();
  if (verb === 'logs') {
    // Ctrl-C is how `--follow` ends, not a failure.
    process.once('SIGINT', () => process.exit(0));
    return printLogs({ isFollowing: values.follow, lines: parseLines(values.lines) });
  }
  if (verb === 'down') return down();
  if (verb === 'reset') return reset();
  throw new UsageError(verb === undefined ? 'Say what to do.' : `${JSON.stringify(verb)} is not one of its verbs.`);
});

async function up(preset: string, settings: readonly string[]): Promise<void> {
  const { target, search } = await bringUp({
    preset,
    settings,
    local: readLocalSettings(),
    stateFolder: STATE_FOLDER,
    report: reportToTerminal,
  });
  console.log(
    [
      `The preset ${preset} is deployed: ${target.label}.`,
      searchLine(search),
      `Next: npm run producer:generator -- --preset ${preset} --rate 20       sends events`,
      `      npm run top -- --preset ${preset} --window minute --watch        shows the ranks`,
      ...('url' in search
        ? [`      npm run search -- --preset ${preset} love                        finds posts`]
        : []),
      '      npm run local -- status | logs | down',
    ].join('\n'),
  );
}

async function down(): Promise<void> {
  const stopped = [
    ...((await stopEmulator(STATE_FOLDER)) ? ['The emulator has stopped.'] : []),
    ...((await stopSearchServer(STATE_FOLDER)) ? ['The search server has stopped.'] : []),
  ];
  console.log(stopped.join(' ') || 'Nothing is running locally.');
}

async function reset(): Promise<void> {
  await stopEmulator(STATE_FOLDER);
  await stopSearchServer(STATE_FOLDER);
  await rm(STATE_FOLDER, { recursive: true, force: true });
  console.log('The local state is gone; `npm run local -- up` or `npm start` begins anew.');
}

function parseLines(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new UsageError(`--lines is ${JSON.stringify(text)}; allowed is a whole number.`);
}
