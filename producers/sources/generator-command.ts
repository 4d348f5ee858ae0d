import { parseArgs } from 'node:util';

import * as z from 'zod';

import { checkPreset, UsageError } from '../../deployment/command-line.ts';
import { resolveTarget } from '../../deployment/target.ts';
import { presetNamed } from '../../presets/presets.ts';
import { paced } from '../pace.ts';
import type { ProducerCommand } from '../producer-command.ts';
import { sendSource } from '../send-source.ts';
import type { Source } from '../source.ts';
import { wait } from '../wait.ts';
import { COMMON_OPTIONS, parseNumber, parseRate } from './common-options.ts';
import { generate, type GeneratorOptions } from './generator.ts';

const MAX_SEED = 0x7fff_ffff;
const SHARE = { min: 0, max: 0.9 };

/** `npm run producer:generator` */
export const generatorCommand: ProducerCommand = {
  usage: `Usage: npm run producer:generator -- [--rate 50] [--count N] [--seed S] [--duplicates 0.05] [--late 0.05]
       [--start 2026-11-20T17:38:00.000Z] [--json] [--preset trends] [--target aws]
Sends posts that look like real ones about the topics of the preset, --rate a second, until Ctrl-C or --count. The same
--seed and --start give the same posts. --duplicates: share of exact repetitions; --late: share of posts that were
written minutes or hours earlier.`,
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...COMMON_OPTIONS,
        rate: { type: 'string', default: '50' },
        count: { type: 'string' },
        seed: { type: 'string' },
        start: { type: 'string' },
        duplicates: { type: 'string', default: '0' },
        late: { type: 'string', default: '0' },
      },
    });
    const preset = checkPreset(values.preset);
    const seed = values.seed === undefined ? Date.now() % MAX_SEED : parseSeed(values.seed);
    if (values.seed === undefined) console.error(`Seed ${seed}.`);
    const options: GeneratorOptions = {
      preset: presetNamed(preset),
      seed,
      startMs: values.start === undefined ? Date.now() : parseStart(values.start),
      rate: parseRate(values.rate),
      duplicates: parseNumber('duplicates', values.duplicates, SHARE),
      late: parseNumber('late', values.late, SHARE),
    };
    return sendSource({
      source: generatorSource(options, values.count === undefined ? Infinity : parseCount(values.count)),
      target: resolveTarget(values),
      preset,
      wait: false,
      json: values.json,
    });
  },
};

function parseSeed(text: string): number {
  return parseNumber('seed', text, { min: 0, max: MAX_SEED, whole: true });
}

function parseCount(text: string): number {
  return parseNumber('count', text, { min: 1, max: 1_000_000_000, whole: true });
}

function parseStart(text: string): number {
  const ms = z.iso.datetime().safeParse(text).success ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  throw new UsageError(`--start is ${JSON.stringify(text)}; allowed is a UTC time such as 2026-11-20T17:38:00.000Z.`);
}

function generatorSource(options: GeneratorOptions, count: number): Source {
  return async function* generated({ signal }) {
    let number = 0;
    const events = count === Infinity ? generate(options) : generate(options).take(count);
    for await (const { event } of paced(events, { now: Date.now, wait, signal, rate: options.rate })) {
      number += 1;
      yield { kind: 'event', value: event, place: `event ${number}` };
    }
  };
}
