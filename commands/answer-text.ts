import { isNumeric, type LakeAnswer, type LakeValue } from '../storage/lake/lake-answer.ts';
import { alignColumns, visibleText } from './terminal-text.ts';

const GAP = 2;
/** Of a text, so much is shown at least, or the answer is no table. */
const READABLE = 16;
const ANY_WIDTH = Number.MAX_SAFE_INTEGER;

/** An answer for people. */
export interface ShownAnswer {
  /** Lines; empty where there are neither rows nor room for a head. */
  readonly text: string;
  /** Whether a value has more than is shown of it. */
  readonly hasCutValues: boolean;
}

/**
 * An answer for people: a table, numbers at the right, the widest texts cut first; where names and the beginnings of
 * texts do not fit side by side, a field on each line, row by row.
 * @param width of the terminal, in characters
 */
export function showAnswer({ columns, rows }: LakeAnswer, width: number): ShownAnswer {
  const head = columns.map(({ name }) => visibleText(name, width));
  const cells = rows.map((row) => row.map((value) => visibleText(cellText(value), ANY_WIDTH)));
  const widths = head.map((name, i) => Math.max(name.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const least = widths.map((whole, i) => {
    const { name = '' } = columns[i] ?? {};
    return columns[i] && isNumeric(columns[i]) ? whole : Math.min(whole, Math.max(name.length, READABLE));
  });
  const room = width - GAP * columns.length;
  if (sum(least) > room) return fieldByField(head, cells, width);
  const fitted = fit(widths, least, room);
  const cut = cells.map((row) => row.map((cell, i) => visibleText(cell, fitted[i])));
  const numbers = head.filter((_, i) => columns[i] && isNumeric(columns[i]));
  return { text: alignColumns(head, cut, numbers), hasCutValues: differ(cells, cut) };
}

function fieldByField(names: readonly string[], cells: readonly string[][], width: number): ShownAnswer {
  const nameWidth = Math.max(...names.map((name) => name.length));
  const room = Math.max(width - nameWidth - 2 * GAP, READABLE);
  const cut = cells.map((row) => row.map((cell) => visibleText(cell, room)));
  const texts = cut.map((row, r) => {
    const fields = row.map((cell, i) => `  ${(names[i] ?? '').padEnd(nameWidth)}  ${cell}`);
    return [`Row ${r + 1}`, ...fields].join('\n');
  });
  return { text: texts.join('\n\n'), hasCutValues: differ(cells, cut) };
}

function differ(cells: readonly string[][], cut: readonly string[][]): boolean {
  return cells.some((row, r) => row.some((cell, i) => cell !== cut[r]?.[i]));
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
    .map((line) => visibleText(line, ANY_WIDTH))
    .join('\n');
}

/** Widths that fit together: the widest gives way first, none below its least. @param least fits into the room */
function fit(widths: readonly number[], least: readonly number[], room: number): number[] {
  const fitted = widths.map((width, i) => Math.min(width, Math.max(room, least[i] ?? 0)));
  for (let excess = sum(fitted) - room; excess > 0; excess -= 1) {
    const yielding = fitted.map((width, i) => (width > (least[i] ?? 0) ? width : 0));
    const widest = yielding.indexOf(Math.max(...yielding));
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
