import { isNumeric, type LakeAnswer, type LakeValue } from '../storage/lake/lake-answer.ts';
import { alignColumns, visibleText } from './terminal-text.ts';

const GAP = 2;
const NARROWEST = 8;

/**
 * An answer as a table for people, numbers at the right; texts that do not fit into the terminal are cut, the widest first.
 * @param width of the terminal, in characters
 */
export function answerTable({ columns, rows }: LakeAnswer, width: number): string {
  const names = columns.map(({ name }) => visibleText(name, width));
  const cells = rows.map((row) => row.map((value) => visibleText(cellText(value), width)));
  const widths = names.map((name, i) => Math.max(name.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const isText = columns.map((column) => !isNumeric(column));
  const fitted = fit(widths, width - GAP * columns.length, isText);
  const cut = (row: readonly string[]): string[] => row.map((cell, i) => visibleText(cell, fitted[i]));
  const head = cut(names);
  const numbers = head.filter((_, i) => columns[i] && isNumeric(columns[i]));
  return alignColumns(head, cells.map(cut), numbers);
}

/** An answer as one JSON array of objects, a row on each line. */
export function answerJson({ columns, rows }: LakeAnswer): string {
  const names = distinct(columns.map(({ name }) => name));
  const objects = rows.map((row) => JSON.stringify(Object.fromEntries(names.map((name, i) => [name, row[i] ?? null]))));
  return objects.length === 0 ? '[]' : `[\n${objects.join(',\n')}\n]`;
}

/** An answer as RFC 4180 has it, with a head; what is unknown is empty. */
export function answerCsv({ columns, rows }: LakeAnswer): string {
  const lines = [columns.map(({ name }) => name), ...rows.map((row) => row.map(plainText))];
  return lines.map((line) => line.map(csvCell).join(',')).join('\r\n');
}

/** What EXPLAIN has said: texts of several lines. */
export function explanationText({ rows }: LakeAnswer): string {
  const texts = rows.map((row) => plainText(row.at(-1) ?? null));
  return texts
    .join('\n')
    .split('\n')
    .map((line) => visibleText(line, Number.MAX_SAFE_INTEGER))
    .join('\n');
}

/** Widths that fit together: the widest texts give way, none below what can still be read, and no number. */
function fit(widths: readonly number[], room: number, isText: readonly boolean[]): number[] {
  const fitted = [...widths];
  for (let excess = sum(fitted) - room; excess > 0; excess -= 1) {
    const widest = fitted.indexOf(Math.max(...fitted.filter((_, i) => isText[i])));
    if ((fitted[widest] ?? 0) <= NARROWEST) break;
    fitted[widest] = (fitted[widest] ?? 0) - 1;
  }
  return fitted;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function cellText(value: LakeValue): string {
  return value === null ? '-' : plainText(value);
}

function plainText(value: LakeValue): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Two columns may have one name in SQL, in JSON they may not: `count`, `count_2`. */
function distinct(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}_${count}`;
  });
}
