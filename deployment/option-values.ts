import { UsageError } from './command-line.ts';

/**
 * Epoch milliseconds of a time on the command line, which is UTC: `2026-11-20T17:38`, with or without seconds.
 * @throws UsageError if it is no time
 */
export function parseTime(option: string, text: string): number {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d(\.\d{1,3})?)?Z?$/.exec(text);
  const ms = match === null ? Number.NaN : Date.parse(`${match[1]}${match[2] ?? ''}Z`);
  if (Number.isNaN(ms))
    throw new UsageError(`--${option} is ${JSON.stringify(text)}; allowed is a UTC time such as 2026-11-20T17:38.`);
  return ms;
}

/** @throws UsageError if it is not a whole number in the range */
export function parseWholeNumber(option: string, text: string, { min, max }: { min: number; max: number }): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= min && number <= max))
    throw new UsageError(`--${option} is ${JSON.stringify(text)}; allowed is a whole number from ${min} to ${max}.`);
  return number;
}
