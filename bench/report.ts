import { ratioOf, type Measurement } from './measurement.ts';

/** A number as a person reads it: three digits that count, thousands apart. */
export function readable(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return Number(value.toPrecision(3)).toString();
}

/** The measurements as a Markdown table, which is readable in a terminal too. */
export function markdownTable(measurements: readonly Measurement[]): string {
  const rows = measurements.map((measurement) => {
    const { what, value, unit, baseline } = measurement;
    const ratio = ratioOf(measurement);
    return [
      what,
      `${readable(value)} ${unit}`,
      baseline?.what ?? '',
      ratio === undefined ? '' : `x ${readable(ratio)}`,
    ];
  });
  const all = [['measured', 'value', 'against', 'ratio'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const lines = all.map((row) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`);
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}
