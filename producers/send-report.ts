import type { RunSummary } from './run-producer.ts';

/** How a sending ended. */
export interface SendOutcome extends RunSummary {
  /** Events without a row at the end; undefined where nobody waited. */
  readonly missing?: number | undefined;
  readonly tooLate?: number | undefined;
  /** How long the sending took, more than 0. */
  readonly seconds: number;
}

/** How a sending ended, for a person; of the reasons of rejection the most frequent first. */
export function sendLines({ sent, retried, rejected, reasons, missing, tooLate = 0, seconds }: SendOutcome): string[] {
  const rate = Math.round(sent / seconds);
  const counts = inOrder(reasons).map(([reason, count]) => `${count} ${reason}`);
  return [
    `${sent} sent, ${retried} sent again, ${rejected} rejected in ${seconds} s (${rate} a second).`,
    ...(counts.length === 0 ? [] : [`Rejected: ${counts.join(', ')}.`]),
    ...(tooLate > 0 ? [`${tooLate} are too late for their window and change nothing.`] : []),
    ...(missing !== undefined && missing > 0
      ? [`${missing} did not appear in the live tables: \`npm run local -- logs\` may say why.`]
      : []),
  ];
}

/** The same for a machine: one JSON object. */
export function sendJson({ sent, retried, rejected, reasons, missing, tooLate, seconds }: SendOutcome): string {
  const waited = missing === undefined ? {} : { missing, too_late: tooLate };
  const counts = Object.fromEntries(inOrder(reasons));
  return JSON.stringify({ sent, retried, rejected, rejected_reasons: counts, seconds, ...waited });
}

function inOrder(reasons: RunSummary['reasons']): (readonly [reason: string, count: number])[] {
  return [...reasons].toSorted(([, a], [, b]) => b - a);
}
