import type { SentCounts } from '../send-source.ts';

const MINUTE_MS = 60_000;

/** Where a report goes, and by which clock. */
export interface ReportDeps {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly print: (line: string) => void;
}

/**
 * Tells every minute in a JSON line what a source has done in it: `{"source":"bluesky","sent":12,"rejected":0}`. Alarms
 * of always-on producers count these lines.
 */
export function minuteReport(source: string, { now, print }: ReportDeps): (counts: SentCounts) => void {
  let reportedMs = now();
  let reported: SentCounts = { sent: 0, rejected: 0 };
  return (counts) => {
    if (now() - reportedMs < MINUTE_MS) return;
    reportedMs = now();
    // A run that was begun again counts from 0.
    const before =
      counts.sent < reported.sent || counts.rejected < reported.rejected ? { sent: 0, rejected: 0 } : reported;
    print(JSON.stringify({ source, sent: counts.sent - before.sent, rejected: counts.rejected - before.rejected }));
    reported = counts;
  };
}
