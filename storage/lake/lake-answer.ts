/** A value as JSON has it; a number that JSON could not hold exactly is a text of its digits. */
export type LakeValue =
  | string
  | number
  | boolean
  | null
  | readonly LakeValue[]
  | { readonly [name: string]: LakeValue };

/** A column of an answer. */
export interface AnswerColumn {
  readonly name: string;
  /** As the engine writes it, in lower case. */
  readonly type: string;
}

/** What a query has found. */
export interface LakeAnswer {
  readonly columns: readonly AnswerColumn[];
  /** Values in the order of the columns. */
  readonly rows: readonly (readonly LakeValue[])[];
  /** Whether there is more than was asked for. */
  readonly isCut: boolean;
}

/** What a person has to change in a query, or beside it; the message says it in one sentence. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
}

const NUMERIC = /^(tinyint|smallint|int|integer|bigint|hugeint|u[a-z]*int|float|real|double|decimal\b.*)$/;

/** Whether a column holds numbers. */
export function isNumeric({ type }: AnswerColumn): boolean {
  return NUMERIC.test(type);
}

/** Digits that a number always holds. */
const SAFE_DIGITS = 15;

/** A number that came as text: a number where that holds all its digits. */
export function exactNumber(text: string): number | string {
  const number = Number(text);
  const short = /\./.test(text) ? text.replace(/\.?0+$/, '') : text;
  const digits = short.replaceAll(/\D/g, '').replace(/^0+/, '').length;
  return Number.isFinite(number) && (digits <= SAFE_DIGITS || String(number) === short) ? number : text;
}
