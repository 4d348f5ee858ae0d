import { UsageError } from './command-line.ts';
import { parseTime } from './option-values.ts';

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * Epoch milliseconds of the beginning of a time up to now: `90m`, `24h`, `7d`, or a UTC day or time such as
 * 2026-11-20 or 2026-11-20T17:38.
 * @throws UsageError if it is neither, or not in the past
 */
export function parseSince(text: string, nowMs: number): number {
  const [, count = '', unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const fromMs = isUnit(unit) ? nowMs - Number(count) * UNIT_MS[unit] : absolute(text);
  if (fromMs < nowMs) return fromMs;
  throw new UsageError(`--since is ${JSON.stringify(text)}; allowed is a time in the past.`);
}

function absolute(text: string): number {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return parseTime('since', `${text}T00:00`);
  if (/^\d{4}-/.test(text)) return parseTime('since', text);
  throw new UsageError(
    `--since is ${JSON.stringify(text)}; allowed is 90m, 24h, 7d, or a UTC day or time such as 2026-11-20 or 2026-11-20T17:38.`,
  );
}

function isUnit(unit: string): unit is keyof typeof UNIT_MS {
  return unit in UNIT_MS;
}
