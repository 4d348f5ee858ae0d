/**
 * The queries that everybody asks of the lake, defined once: saved in Athena by the stack, answered by
 * `npm run query -- --named`. They are in Athena's dialect (Trino); what DuckDB calls differently is a macro of its session.
 */

/** A query with a name. */
export interface LakeQuery {
  readonly name: string;
  readonly title: string;
  /** What its rows are, in a sentence. */
  readonly meaning: string;
  /** It looks at events that were created so many days ago or later. */
  readonly days: number;
  readonly sql: string;
}

/** Events may be ten minutes ahead of the clock. */
const TOMORROW = -1;
/** How often the day of a window is taken, so that none of its months is left out: the shortest has 28 days. */
const MONTH_STEP_DAYS = 28;

export const LAKE_QUERIES: readonly LakeQuery[] = [
  {
    name: 'posts-per-topic-and-day',
    title: 'Posts per topic and day',
    meaning:
      'Posts and their authors by topic and UTC day, over the last 30 days; a post with two topics counts in both.',
    days: 30,
    sql: `SELECT
  substr(created_at, 1, 10) AS created_on,
  topic,
  count(*) AS posts,
  count(DISTINCT source || ':' || author_id) AS authors
FROM posts
CROSS JOIN UNNEST(tags) AS tagged (topic)
WHERE ${lastDays(30)}
GROUP BY substr(created_at, 1, 10), topic
ORDER BY created_on DESC, posts DESC, topic`,
  },
  {
    name: 'sentiment-per-feature',
    title: 'Sentiment per feature',
    meaning: "What posts say of each of the preset's features, over the last 30 days: -1 is bad, 1 is good.",
    days: 30,
    sql: `SELECT
  feature,
  count(*) AS posts,
  count_if(label = 'positive') AS positive,
  count_if(label = 'neutral') AS neutral,
  count_if(label = 'negative') AS negative,
  round(avg(CAST(feature_score AS double)), 4) AS mean_score
FROM posts
CROSS JOIN UNNEST(features) AS found (feature, label, feature_score)
WHERE ${lastDays(30)}
GROUP BY feature
ORDER BY posts DESC, feature`,
  },
  {
    name: 'top-authors',
    title: 'Top authors',
    meaning: 'The 50 authors whose posts of the last 30 days found most engagement; followers as last observed.',
    days: 30,
    sql: `SELECT
  source,
  author_id,
  max_by(author_handle, event_key) AS handle,
  count(*) AS posts,
  sum(engagement) AS engagement,
  max_by(author_followers, observed_at) AS followers
FROM posts
WHERE author_id IS NOT NULL
  AND ${lastDays(30)}
GROUP BY source, author_id
ORDER BY engagement DESC NULLS LAST, posts DESC, source, author_id
LIMIT 50`,
  },
  {
    name: 'late-arrivals',
    title: 'Late arrivals',
    meaning:
      'How long after their creation observations first came, by network and UTC day, over the last 7 days; after 48 hours they are too late for the rankings.',
    days: 7,
    sql: `SELECT
  substr(created_at, 1, 10) AS created_on,
  source,
  count(*) AS observations,
  count_if(seconds > 60) AS after_1m,
  count_if(seconds > 3600) AS after_1h,
  count_if(seconds > 172800) AS after_48h,
  round(avg(CAST(seconds AS double)), 1) AS mean_s,
  max(seconds) AS max_s
FROM (
  SELECT
    created_at,
    source,
    date_diff('second', from_iso8601_timestamp(created_at), from_iso8601_timestamp(min(arrived_at))) AS seconds
  FROM raw
  WHERE ${lastDays(7).replaceAll('\n', '\n  ')}
  GROUP BY created_at, source, event_key
) AS arrivals
GROUP BY substr(created_at, 1, 10), source
ORDER BY created_on DESC, source`,
  },
];

/**
 * The rows of the last days, of today and tomorrow. Years and months are compared one by one with constants, because
 * projection makes a partition of every day that these leave open
 * (https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html).
 */
function lastDays(days: number): string {
  const steps = Array.from({ length: Math.ceil(days / MONTH_STEP_DAYS) }, (_, i) => i * MONTH_STEP_DAYS);
  const dates = [TOMORROW, ...steps, days].map(daysAgo).toReversed();
  const among = (column: string, start: number, length: number): string => {
    const parts = dates.map((date) => `substr(${date}, ${start}, ${length})`);
    return `${column} IN (\n    ${parts.join(',\n    ')}\n  )`;
  };
  return [
    among('year', 1, 4),
    among('month', 6, 2),
    `concat(year, '-', month, '-', day) >= substr(${daysAgo(days)}, 1, 10)`,
  ].join('\n  AND ');
}

/** A UTC day as text, those to come by a number below 0; DuckDB adds a time to it. */
function daysAgo(days: number): string {
  const step = days === 0 ? '' : ` ${days < 0 ? '+' : '-'} INTERVAL '${Math.abs(days)}' DAY`;
  return `CAST(current_date${step} AS varchar)`;
}
