import { styleText } from 'node:util';

import { formatMillionths, type ScoreTerm } from '../core/event-score.ts';
import type { CellTrace, Contribution } from '../core/trace.ts';
import { observedAtOf } from '../storage/live-row.ts';
import type { CellSums, MinuteCells, WindowTrace } from '../storage/trace-window.ts';
import { exactNumber } from './exact-number.ts';
import { alignColumns, visibleText, windowTitle } from './terminal-text.ts';
import { explainAgreement, type TraceClock } from './trace-agreement.ts';

/** Posts that a table shows; the others are in its last row, so that it still adds up. */
const MAX_ROWS = 100;
const MAX_ID_WIDTH = 60;

/** A trace as a table for people: what each post adds, the sum, and whether the ranking shows the same. */
export function traceTable(traced: WindowTrace, clock: TraceClock): string {
  const { request, trace, found } = traced;
  const sums = `${formatMillionths(found.score)} from ${count(found.mentions, 'post')}`;
  const title = `${visibleText(request.keyword)} in ${visibleText(request.category)}, ${windowTitle(request.window)}`;
  const body = trace === undefined ? summaryTable(traced) : contributionTable(trace);
  const explained = explainAgreement(traced, clock);
  return [styleText('bold', `${title}: ${sums}`), body, ...notes(trace), explained, ''].join('\n');
}

function contributionTable({ contributions }: CellTrace): string {
  if (contributions.length === 0) return '  nothing';
  const others = contributions.slice(MAX_ROWS);
  const rows = contributions.slice(0, MAX_ROWS).map(contributionRow);
  if (others.length > 0) {
    const rest = others.reduce((sum, { score }) => sum + score, 0n);
    rows.push([formatMillionths(rest), `and ${count(others.length, 'more post')}; --json lists all`]);
  }
  return alignColumns(['score', 'id', 'observed', 'replaced', 'weight x count'] as const, rows, ['score', 'replaced']);
}

function contributionRow({ score, id, eventKey, replaced, terms }: Contribution): string[] {
  const sum = terms.map(termText).join(' + ');
  return [formatMillionths(score), visibleText(id, MAX_ID_WIDTH), observedAtOf(eventKey), String(replaced), sum];
}

function termText({ metric, weight, count: times }: ScoreTerm): string {
  return `${formatMillionths(BigInt(weight))} x ${times} ${metric}`;
}

function notes(trace: CellTrace | undefined): string[] {
  if (trace === undefined) return [];
  const { leftOut, replaced, unreadable } = trace;
  const posts = leftOut
    .slice(0, MAX_ROWS)
    .map(({ id, eventKey, reason }) => `  ${visibleText(id, MAX_ID_WIDTH)}  ${reason} ${observedAtOf(eventKey)}`);
  return [
    ...(replaced > 0 ? [`${count(replaced, 'earlier observation')} of these posts replaced.`] : []),
    ...(leftOut.length > 0 ? [`Left out, because the latest observation is not of the cell:`, ...posts] : []),
    ...(leftOut.length > MAX_ROWS ? [`  and ${leftOut.length - MAX_ROWS} more; --json lists all`] : []),
    ...(unreadable > 0 ? [`${count(unreadable, 'row')} of these minutes could not be read back.`] : []),
  ];
}

function summaryTable({ minutes }: WindowTrace): string {
  const rows = minutes.map(({ minute, source, summary }) => [
    minute,
    source,
    formatMillionths(summary?.score ?? 0n),
    String(summary?.mentions ?? 0),
  ]);
  if (rows.length === 0) return '  nothing';
  return alignColumns(['minute', 'source', 'score', 'mentions'] as const, rows, ['score', 'mentions']);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** A trace for programs: everything that the table has, whole, scores and weights as exact decimals. */
export function traceJson(traced: WindowTrace, clock: TraceClock): string {
  const { request, trace, found, minutes, shown, agreement, waiting } = traced;
  return JSON.stringify({
    key_word: request.keyword,
    category: request.category,
    window: request.window.name,
    key_datetime: request.window.keyDatetime,
    rows: trace === undefined ? 'expired' : 'live',
    ...sumsJson(found),
    contributions: trace?.contributions.map(contributionJson) ?? null,
    replaced: trace?.replaced ?? null,
    left_out: trace?.leftOut.map(({ eventKey, ...post }) => ({ ...post, observed_at: observedAtOf(eventKey) })) ?? null,
    unreadable_rows: trace?.unreadable ?? null,
    minutes: minutes.map(minuteJson),
    shown: shown.state === 'ranked' ? { ...shown, score: exact(shown.score) } : shown,
    equal: agreement === 'equal',
    agreement,
    waiting_minutes: waiting,
    explanation: explainAgreement(traced, clock),
  });
}

function contributionJson({ id, source, minute, eventKey, score, terms, replaced }: Contribution) {
  return {
    id,
    source,
    minute,
    observed_at: observedAtOf(eventKey),
    score: exact(score),
    terms: terms.map((term) => ({ ...term, weight: exact(BigInt(term.weight)), score: exact(term.score) })),
    replaced,
  };
}

function minuteJson({ minute, source, rows, summary }: MinuteCells) {
  return { minute, source, rows: rows ? sumsJson(rows) : null, summary: summary ? sumsJson(summary) : null };
}

function sumsJson({ score, mentions }: CellSums) {
  return { score: exact(score), mentions };
}

function exact(millionths: bigint): object {
  return exactNumber(formatMillionths(millionths));
}
