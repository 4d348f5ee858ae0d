import { access, constants } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import { checkPreset, SetupError, UsageError } from '../../deployment/command-line.ts';
import { resolveTarget } from '../../deployment/target.ts';
import { fileCheckpoint } from '../checkpoint.ts';
import type { ProducerCommand } from '../producer-command.ts';
import { paced } from '../pace.ts';
import { sendSource } from '../send-source.ts';
import type { Source } from '../source.ts';
import { SourceError } from '../source-error.ts';
import { wait } from '../wait.ts';
import { COMMON_OPTIONS, parseRate } from './common-options.ts';
import { fileSource, hoursToNow } from './file.ts';
import { rejectedFile } from './rejected-file.ts';

/** `npm run producer:file` */
export const fileCommand: ProducerCommand = {
  usage: `Usage: npm run producer:file -- --file events.jsonl[.gz] [--rate N] [--shift-to-now] [--wait] [--checkpoint FILE]
       [--rejected FILE] [--json] [--preset trends] [--target aws]
Sends a file of events, one JSON document a line, as fast as the stream takes them or at --rate a second. A line that is
no event is counted by reason and reported, the others go on; --rejected writes each of them to a new file, as JSON with
its number, reason, detail and text. --shift-to-now adds the same whole number of hours to every time, so that the
newest event falls in the last hour that has closed. --wait returns when all are in the live tables; exit code 3 after
60 s without progress. --checkpoint goes on where an earlier run was stored.`,
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...COMMON_OPTIONS,
        file: { type: 'string' },
        rate: { type: 'string' },
        'shift-to-now': { type: 'boolean', default: false },
        wait: { type: 'boolean', default: false },
        checkpoint: { type: 'string' },
        rejected: { type: 'string' },
      },
    });
    const file = await checkFile(values.file);
    const shiftHours = values['shift-to-now'] ? await shiftOf(file) : 0;
    const source = fileSource(file, shiftHours);
    const options = {
      source: values.rate === undefined ? source : atRate(source, parseRate(values.rate)),
      target: resolveTarget(values),
      preset: checkPreset(values.preset),
      wait: values.wait,
      json: values.json,
      checkpoint: values.checkpoint === undefined ? undefined : fileCheckpoint(values.checkpoint),
    };
    if (values.rejected === undefined)
      return sendSource({ ...options, rejectedAt: '; --rejected FILE writes all of them down' });
    const rejected = rejectedFile(values.rejected);
    return sendSource({ ...options, onRejected: rejected.add, rejectedAt: `; all are in ${values.rejected}` }).finally(
      rejected.close,
    );
  },
};

async function checkFile(file: string | undefined): Promise<string> {
  if (file === undefined) throw new UsageError('--file is missing: the file of events.');
  try {
    await access(file, constants.R_OK);
    return file;
  } catch {
    throw new UsageError(`There is no file ${file} that can be read.`);
  }
}

async function shiftOf(file: string): Promise<number> {
  console.error('Looking for the newest event …');
  const hours = await hoursToNow(file, Date.now()).catch(forPeople);
  console.error(`Every time is moved by ${hours} ${Math.abs(hours) === 1 ? 'hour' : 'hours'}.`);
  return hours;
}

function forPeople(error: unknown): never {
  throw error instanceof SourceError ? new SetupError(error.message, { cause: error }) : error;
}

function atRate(source: Source, rate: number): Source {
  return (options) => paced(source(options), { now: Date.now, wait, signal: options.signal, rate });
}
