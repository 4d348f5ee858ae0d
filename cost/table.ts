import { totalOf, type BillItem } from './bill.ts';

/** A bill and the rate that it is for. */
export interface RatedBill {
  /** Events a second. */
  readonly rate: number;
  readonly items: readonly BillItem[];
}

/** Bills side by side as a Markdown table, in US dollars a month. */
export function billTable(bills: readonly RatedBill[]): string {
  const header = [
    'US dollars a month',
    ...bills.map(({ rate }) => (rate === 0 ? 'idle' : `${rate.toLocaleString('en-US')} events/s`)),
  ];
  const items = (bills[0]?.items ?? []).map(({ what }, i) => [
    what,
    ...bills.map(({ items: each }) => dollars(each[i]?.usd)),
  ]);
  const sums = ['**all**', ...bills.map((bill) => dollars(totalOf(bill.items)))];
  const rows = [header, ...items, sums];
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map(
    (row) =>
      `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`,
  );
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

function dollars(usd = 0): string {
  return usd.toFixed(2);
}
