import type { ParseArgsOptionsConfig } from 'node:util';
import { parseArgs } from 'node:util';

import { UsageError } from '../../deployment/command-line.ts';
import { COMMON_OPTIONS, parseNumber } from '../sources/common-options.ts';
import type { Network } from './network.ts';

/** The options of every network's producer. */
export const NETWORK_OPTIONS = {
  ...COMMON_OPTIONS,
  'dry-run': { type: 'boolean', default: false },
  record: { type: 'string' },
  replay: { type: 'string' },
  limit: { type: 'string' },
  once: { type: 'boolean', default: false },
} as const satisfies ParseArgsOptionsConfig;

/** What a person asks of a network's producer. */
export interface NetworkRequest {
  readonly preset: string;
  readonly target: string | undefined;
  readonly json: boolean;
  readonly isDry: boolean;
  readonly record: string | undefined;
  readonly replay: string | undefined;
  readonly limit: number | undefined;
  readonly once: boolean;
  /** Options of the network's own. */
  readonly flags: Readonly<Record<string, string | boolean | undefined>>;
}

/** Reads a command line. @throws UsageError, or what `parseArgs` throws, for one that says something we do not know */
export function parseNetworkArgs(args: readonly string[], own: Network['flags'] = {}): NetworkRequest {
  const options = Object.fromEntries(Object.entries(own).map(([name, { type }]) => [name, { type }]));
  const { values } = parseArgs({ args: [...args], options: { ...options, ...NETWORK_OPTIONS } });
  const { preset, target, json, 'dry-run': isDry, record, replay, limit, once, ...flags } = values;
  if (record !== undefined && replay !== undefined)
    throw new UsageError('--record and --replay exclude each other: what is replayed is recorded already.');
  return {
    preset,
    target,
    json,
    isDry,
    record,
    replay,
    limit: limit === undefined ? undefined : parseNumber('limit', limit, { min: 1, max: 1e9, whole: true }),
    once,
    flags,
  };
}

const SHARED = `--dry-run: prints each event as a JSON line and sends nothing. --limit N: ends after N events. --once: one round, or up
to now; after five failures in a row it gives up. --record FILE: adds what is received to a file; --replay FILE: reads such a file in place of the network.`;

/** What the options do, for the usage of a network's producer. */
export function networkUsage(name: string, about: string, own: Network['flags'] = {}): string {
  const flags = Object.entries(own).map(([flag, { type }]) => ` [--${flag}${type === 'string' ? ' …' : ''}]`);
  return [
    `Usage: npm run producer:${name} -- [--dry-run] [--limit N] [--once] [--record FILE] [--replay FILE]${flags.join('')}`,
    '       [--json] [--preset trends] [--target aws]',
    about,
    SHARED,
    ...Object.entries(own).map(([flag, each]) => `--${flag}: ${each.about}`),
  ].join('\n');
}
