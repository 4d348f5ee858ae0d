import { UsageError } from '../../deployment/command-line.ts';

/** The options that every producer takes. */
export const COMMON_OPTIONS = {
  preset: { type: 'string', default: 'trends' },
  target: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** @throws UsageError if it is not a number in the range */
export function parseNumber(
  option: string,
  text: string,
  { min, max, whole = false }: { readonly min: number; readonly max: number; readonly whole?: boolean },
): number {
  const number = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (number >= min && number <= max && (!whole || Number.isSafeInteger(number))) return number;
  const kind = whole ? 'a whole number' : 'a number';
  throw new UsageError(`--${option} is ${JSON.stringify(text)}; allowed is ${kind} from ${min} to ${max}.`);
}

/** Items a second. @throws UsageError if it is not a rate */
export function parseRate(text: string): number {
  return parseNumber('rate', text, { min: 0.01, max: 1_000_000 });
}
