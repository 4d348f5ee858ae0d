const DAY_MS = 86_400_000;

/** What lies where in the bucket of the lake. */
export const LAKE_PREFIXES = {
  /** Rows of every observation, by the day on which their event was created. */
  raw: 'raw/',
  /** One row for each post: its latest observation, by the day on which it was created; deleted ones are left out. */
  posts: 'posts/',
  /** Records as they came, by the hour in which they came. */
  originals: 'original-data/',
  /** Records that could not be delivered, by what went wrong and the day on which they came. */
  errors: 'errors/',
  /** Records as they came that could not be kept, likewise. */
  originalErrors: 'original-data-errors/',
  /** What the job that makes `posts/` knows of its last run. */
  dedupeState: 'dedupe-state/',
  /** What the job writes before it replaces a day. */
  staging: 'staging/',
  /** Answers of Athena. */
  queryResults: 'query-results/',
} as const;

/**
 * What an object with rows is, which the end of its name says, to Spark, DuckDB and Athena alike: `.parquet` Parquet,
 * anything else lines of JSON, compressed if it ends in `.gz`. One whose name begins with `_` or `.` (`_SUCCESS`) is hidden: no rows.
 * @param key of an object, or the path of a file
 */
export function lakeFileKind(key: string): 'lines' | 'parquet' | 'hidden' {
  const name = key.slice(key.lastIndexOf('/') + 1);
  if (/^[._]/.test(name)) return 'hidden';
  return name.endsWith('.parquet') ? 'parquet' : 'lines';
}

/** The partition of a UTC day, as the names of folders say it: `year=2026/month=11/day=20/`. */
export function dayPartition({ year, month, day }: DayPartition): string {
  return `year=${year}/month=${month}/day=${day}/`;
}

/** A UTC day as texts of digits. */
export interface DayPartition {
  readonly year: string;
  readonly month: string;
  readonly day: string;
}

/** The UTC day of a time of the contract. */
export function dayOf(time: string): DayPartition {
  return { year: time.slice(0, 4), month: time.slice(5, 7), day: time.slice(8, 10) };
}

/** The prefix of the events of the UTC day that holds a time (epoch milliseconds): `raw/year=2026/month=11/day=20/`. */
export function dayPrefix(ms: number, prefix: string = LAKE_PREFIXES.raw): string {
  return prefix + dayPartition(dayOf(new Date(ms).toISOString()));
}

/** The prefixes of all days from one time to another, the second not included; in order, `[]` if there are none. */
export function dayPrefixes(fromMs: number, toMs: number, prefix: string = LAKE_PREFIXES.raw): string[] {
  const prefixes: string[] = [];
  for (let ms = Math.floor(fromMs / DAY_MS) * DAY_MS; ms < toMs; ms += DAY_MS) prefixes.push(dayPrefix(ms, prefix));
  return prefixes;
}

/** The prefix of the originals that came in the UTC hour that holds a time: `original-data/year=…/day=20/hour=17/`. */
export function originalsPrefix(ms: number): string {
  return `${dayPrefix(ms, LAKE_PREFIXES.originals)}hour=${new Date(ms).toISOString().slice(11, 13)}/`;
}
