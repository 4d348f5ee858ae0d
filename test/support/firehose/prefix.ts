/** What the expressions of a prefix are evaluated with. */
export interface PrefixFacts {
  /** When the oldest record of the object arrived, in epoch milliseconds. */
  readonly oldestMs: number;
  readonly partitionKeys?: Readonly<Record<string, string>> | undefined;
  readonly errorType?: string | undefined;
}

/** A prefix has an expression that cannot be evaluated. */
export class PrefixError extends Error {
  override readonly name = 'PrefixError';
}

/**
 * The prefix of an object: the text with its expressions `!{namespace:value}` evaluated, times in UTC.
 * https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
 * @throws PrefixError for an expression that is not known here, or that has no value
 */
export function evaluatePrefix(template: string, facts: PrefixFacts): string {
  return template.replaceAll(/!\{([^:}]*):([^}]*)\}/g, (expression: string, namespace: string, value: string) => {
    const found = evaluate(namespace, value, facts);
    if (found === undefined || found === '') throw new PrefixError(`${expression} has no value`);
    return found;
  });
}

function evaluate(namespace: string, value: string, facts: PrefixFacts): string | undefined {
  if (namespace === 'timestamp') return formatTime(value, facts.oldestMs);
  if (namespace === 'partitionKeyFromLambda') return facts.partitionKeys?.[value];
  return namespace === 'firehose' && value === 'error-output-type' ? facts.errorType : undefined;
}

/** Where the fields of a time stand in its ISO text. */
const FIELDS: Readonly<Record<string, readonly [number, number]>> = {
  yyyy: [0, 4],
  MM: [5, 7],
  dd: [8, 10],
  HH: [11, 13],
  mm: [14, 16],
  ss: [17, 19],
};

/** The patterns of Java's DateTimeFormatter that prefixes have; texts in quotes as they are. */
function formatTime(pattern: string, ms: number): string {
  const iso = new Date(ms).toISOString();
  // A field is a run of one letter.
  return pattern.replaceAll(/'([^']*)'|([A-Za-z])\2*/g, (field: string, quoted: string | undefined) => {
    if (quoted !== undefined) return quoted;
    const place = FIELDS[field];
    if (place === undefined) throw new PrefixError(`the time pattern ${field} is not known here`);
    return iso.slice(...place);
  });
}
