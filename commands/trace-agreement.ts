import { formatMillionths } from '../core/event-score.ts';
import { minuteKey, sumsUpUntilMs } from '../core/windows.ts';
import { liveRowsExpireAtMs } from '../storage/retention.ts';
import { isOutdated, type WindowTrace } from '../storage/trace-window.ts';

/** When a trace is told, and for how long windows accept changes. */
export interface TraceClock {
  readonly nowMs: number;
  readonly lateHours: number;
}

const MAX_NAMED = 5;

/** Says in sentences whether a trace equals what the ranking shows; if not, why, and what to do. */
export function explainAgreement(traced: WindowTrace, clock: TraceClock): string {
  const gone = traced.trace === undefined ? [goneText(traced, clock)] : [];
  return [...gone, comparison(traced), ...advice(traced, clock)].join(' ');
}

function goneText({ request: { window } }: WindowTrace, { lateHours }: TraceClock): string {
  const expired = minuteKey(liveRowsExpireAtMs(window, lateHours));
  return `The posts behind it cannot be shown any more: live rows are kept for ${lateHours + 1} hours, and those of this window began to expire at ${expired} UTC; above is what its summaries still say.`;
}

function comparison({ shown, agreement }: WindowTrace): string {
  const verdict = agreement === 'equal' ? 'equal.' : 'NOT equal.';
  if (shown.state === 'absent') return `The ranking does not have the keyword: ${verdict}`;
  if (shown.state === 'unknown') return 'The ranking is not kept any more: nothing to compare with.';
  if (shown.state === 'below')
    return `The ranking kept only its best ${shown.best}, and the keyword is not among them: nothing to compare with.`;
  const cell = `rank ${shown.rank}, score ${formatMillionths(shown.score)}, mentions ${shown.mentions}`;
  return `The ranking shows ${cell}: ${verdict}`;
}

function advice(traced: WindowTrace, clock: TraceClock): string[] {
  const { agreement, request, waiting } = traced;
  const { window } = request;
  if (agreement === 'equal' || agreement === 'unknown') return [];
  if (agreement === 'open')
    return ['The window has not ended, and posts came between the two readings: ask again, best when it has ended.'];
  if (clock.nowMs >= sumsUpUntilMs(window, clock.lateHours))
    return ['The window accepts no changes any more, so it stays.'];
  const recompute = `\`npm run aggregate -- --window ${window.name} --at ${window.keyDatetime}\``;
  if (agreement === 'waiting') {
    const what =
      waiting.length === 0 ? 'The window itself is marked' : `Minutes wait to be summed up: ${named(waiting)}`;
    return [`${what}. The schedule takes them within ten minutes; ${recompute} takes them now.`];
  }
  if (agreement === 'snapshot')
    return [`No mark waits, and the summaries agree with the rows: the snapshot is older than they. Run ${recompute}.`];
  return [`No mark waits, but ${outdatedText(traced)}, and then ${recompute}.`];
}

function outdatedText({ minutes }: WindowTrace): string {
  const outdated = [...new Set(minutes.filter(isOutdated).map(({ minute }) => minute))].toSorted();
  const range = `--at ${outdated[0] ?? ''}${outdated.length > 1 ? ` --to ${outdated.at(-1) ?? ''}` : ''}`;
  return `the summaries of ${named(outdated)} are of other rows or weights. Run \`npm run aggregate -- --window minute ${range}\``;
}

function named(minutes: readonly string[]): string {
  const more = minutes.length - MAX_NAMED;
  return `${minutes.slice(0, MAX_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
