import type { Run } from './run-network.ts';

const SHOWN = 5;
const HEADINGS = ['network', 'offered', 'kept', 'repeated', 'not to keep', 'restarts', 'missing', 'wrong', 'disasters'];

/** How a network is doing, in a line. */
export function progressOf({ name, ledger, state, restarts, disasters, faults }: Run, seconds: number): string {
  const { offered, kept, repeated } = ledger.counts();
  const struck = [...disasters.values()].reduce((sum, count) => sum + count, 0);
  const fault = faults.length === 0 ? '' : `, ended by itself ${faults.length} times`;
  return `${String(seconds).padStart(4)} s  ${name.padEnd(10)} ${offered} offered, ${kept} kept, ${repeated} repeated; ${struck} disasters, ${restarts} restarts${fault}; ${state}`;
}

/** What became of all networks, a row each. */
export function tableOf(runs: readonly Run[]): string {
  const rows = [HEADINGS, ...runs.map(rowOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const aligned = (text: string, column: number): string => {
    if (column === HEADINGS.length - 1) return text;
    return column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0);
  };
  return rows.map((row) => row.map(aligned).join('  ')).join('\n');
}

function rowOf({ name, ledger, restarts, disasters }: Run): string[] {
  const { offered, kept, repeated, unkeepable } = ledger.counts();
  const figures = [offered, kept, repeated, unkeepable, restarts, ledger.missing().length, ledger.wrong().length];
  return [name, ...figures.map(String), [...disasters].map(([what, count]) => `${count} ${what}`).join(', ')];
}

/** What is wrong with a network, a line each; `[]` if nothing is. */
export function troublesOf({ name, ledger, faults, restarts }: Run): string[] {
  const missing = ledger.missing();
  const wrong = ledger.wrong();
  return [
    ...missing.slice(0, SHOWN).map(({ id, text }) => `${id} is missing: ${text ?? 'its delete'}`),
    ...(missing.length > SHOWN ? [`and ${missing.length - SHOWN} more of ${name}`] : []),
    ...wrong.slice(0, SHOWN).map((id) => `${id} says what was never offered`),
    ...(ledger.counts().kept === 0 ? [`nothing of ${name} was kept`] : []),
    ...(restarts < 2 ? [`${name} was killed ${restarts} times`] : []),
    ...faults.map((fault) => `${name} ${fault}`),
  ];
}
