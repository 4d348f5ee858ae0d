const DAY_MS = 86_400_000;

/** What the events of the lake lie under, by the day they were created. */
export const EVENTS_PREFIX = 'raw/';

/** The prefix of the events of the UTC day that holds a time (epoch milliseconds): `raw/year=2026/month=11/day=20/`. */
export function dayPrefix(ms: number): string {
  const [year, month, day] = new Date(ms).toISOString().slice(0, 10).split('-');
  return `${EVENTS_PREFIX}year=${year}/month=${month}/day=${day}/`;
}

/** The prefixes of all days from one time to another, the second not included; in order, `[]` if there are none. */
export function dayPrefixes(fromMs: number, toMs: number): string[] {
  const prefixes: string[] = [];
  for (let ms = Math.floor(fromMs / DAY_MS) * DAY_MS; ms < toMs; ms += DAY_MS) prefixes.push(dayPrefix(ms));
  return prefixes;
}
