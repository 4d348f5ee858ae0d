import type { WindowName } from '../core/windows.ts';

const MAX_KEYWORD_WIDTH = 40;

/**
 * A text of strangers (a keyword, an id) on a terminal: nothing in it may move the cursor or run over the line.
 * @param maxWidth in characters; default: the width of a keyword in a table
 */
export function visibleText(text: string, maxWidth: number = MAX_KEYWORD_WIDTH): string {
  const visible = [...text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')];
  return visible.length > maxWidth ? `${visible.slice(0, maxWidth - 1).join('')}…` : visible.join('');
}

/** A span of time as the head of a table says it: `hour 2026-11-20 17:00 to 18:00 UTC`. */
export function windowTitle({ name, startMs, endMs }: { name: WindowName; startMs: number; endMs: number }): string {
  const from = new Date(startMs).toISOString();
  return `${name} ${from.slice(0, 10)} ${from.slice(11, 16)} to ${new Date(endMs).toISOString().slice(11, 16)} UTC`;
}

/** A table of columns as wide as their widest cell, indented by two; those in `right` are numbers and end together. */
export function alignColumns<C extends string>(
  columns: readonly C[],
  rows: readonly (readonly string[])[],
  right: readonly C[],
): string {
  const lines = [columns, ...rows];
  const widths = columns.map((_, i) => Math.max(...lines.map((row) => (row[i] ?? '').length)));
  const align = (cell: string, i: number): string => {
    const width = widths[i] ?? 0;
    return right.some((column) => column === columns[i]) ? cell.padStart(width) : cell.padEnd(width);
  };
  return lines.map((row) => `  ${row.map(align).join('  ').trimEnd()}`).join('\n');
}
