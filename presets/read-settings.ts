import * as z from 'zod';

/** Settings that cannot be used: one sentence for each wrong one, with its path, its value and what is allowed. */
export class InvalidSettingsError extends Error {
  override readonly name = 'InvalidSettingsError';
}

/** An object of which every key is known; the error of an unknown one names the keys that are. */
export function strictSettings<T extends z.core.$ZodLooseShape>(shape: T) {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? `known are ${Object.keys(shape).join(', ')}` : undefined),
  });
}

/** A whole number in a range, both ends included; any other value is told the range. */
export function wholeNumber(min: number, max: number) {
  const allowed = `allowed is a whole number from ${min} to ${max}`;
  return z.int(allowed).min(min, allowed).max(max, allowed);
}

/**
 * One of a few words; any other value is told the words.
 * @param words at least one
 */
export function oneOf<const T extends readonly string[]>(words: T) {
  return z.enum(words, `allowed is ${words.join(', ')}`);
}

/**
 * Checks a value against a schema of settings.
 * @param what what the value is, as the error begins: `preset trends`
 * @throws InvalidSettingsError naming every wrong setting
 */
export function readSettings<T extends z.ZodType>(what: string, schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const lines = result.error.issues.flatMap((issue) => describe(issue, value));
  throw new InvalidSettingsError(`${what} cannot be used:\n${lines.map((line) => `  ${line}`).join('\n')}`);
}

function describe(issue: z.core.$ZodIssue, settings: unknown): string[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `${[...path, key].join('.')}: unknown; ${issue.message}`);
  return [`${path.join('.') || 'the whole'}: ${show(valueAt(settings, path))}; ${issue.message}`];
}

function valueAt(settings: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    settings,
  );
}

function show(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value);
  return `is ${text.length > 80 ? `${text.slice(0, 77)}...` : text}`;
}
