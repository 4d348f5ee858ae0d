/**
 * The fields of an enriched event, defined once: the row of the lake with its types, the columns of Glue, Athena, Spark
 * and DuckDB, and the fields of the search index are made from this list. A field may be added at the end of the list;
 * one that is there is never removed, renamed or given another type, because the lake is kept for years.
 */

/** The type of a column as Glue, Hive and Spark write it. */
type ColumnType =
  | 'string'
  | 'boolean'
  | 'int'
  | 'bigint'
  | 'double'
  | 'decimal(20,6)'
  | 'decimal(5,4)'
  | 'array<string>'
  | typeof ANNOTATIONS
  | typeof FEATURES;

/**
 * How the search index holds a field:
 * - `code`: compared as it is; `label`: one of few; `word`: compared in lower case; `text`: found by its words
 * - `tag`: a word that is found by its beginning as well; `name`: of several words, each found by its beginning
 * - `stored`: given back, never searched
 */
export type IndexKind =
  | 'code'
  | 'label'
  | 'word'
  | 'text'
  | 'tag'
  | 'name'
  | 'stored'
  | 'date'
  | 'date_if_any'
  | 'count'
  | 'score'
  | 'boolean'
  | 'annotations'
  | 'features';

/** A field of an enriched event. */
export interface EventField {
  /** Where it stands in the event or the document; its column is named so with `_` for `.`. */
  readonly path: string;
  readonly type: ColumnType;
  /** Absent where only the lake has it. */
  readonly index?: IndexKind;
  readonly meaning: string;
}

const ANNOTATIONS = 'array<struct<domain:string,entity:string>>';
const FEATURES = 'array<struct<name:string,label:string,score:decimal(5,4)>>';

/** In the order of the columns. */
export const EVENT_FIELDS = [
  { path: 'v', type: 'int', meaning: 'version of the contract' },
  { path: 'id', type: 'string', index: 'code', meaning: '`<source>:<native id>`' },
  {
    path: 'event_key',
    type: 'string',
    meaning: 'of an id, the greatest is the latest observation; as in the live tables',
  },
  { path: 'source', type: 'string', index: 'label', meaning: 'the network' },
  { path: 'kind', type: 'string', index: 'label', meaning: '`post` `comment` `repost` `event` `edit` `delete`' },
  { path: 'created_at', type: 'string', index: 'date', meaning: 'ISO 8601 UTC with milliseconds' },
  { path: 'observed_at', type: 'string', index: 'date', meaning: 'when a producer saw it' },
  { path: 'arrived_at', type: 'string', meaning: 'when it came to the stream' },
  { path: 'text', type: 'string', index: 'text', meaning: 'the full text, at most 32 KiB' },
  { path: 'truncated', type: 'boolean', index: 'boolean', meaning: 'whether the text was cut' },
  { path: 'title', type: 'string', index: 'text', meaning: 'Reddit, Hacker News, Meetup' },
  { path: 'lang', type: 'string', index: 'word', meaning: 'BCP 47, as the network says' },
  { path: 'url', type: 'string', index: 'stored', meaning: 'link to the post' },
  { path: 'author.id', type: 'string', index: 'code', meaning: 'of the network' },
  { path: 'author.handle', type: 'string', index: 'tag', meaning: 'without @' },
  { path: 'author.name', type: 'string', index: 'name', meaning: 'as shown' },
  { path: 'author.followers', type: 'bigint', index: 'count', meaning: 'when observed' },
  { path: 'author.location', type: 'string', index: 'name', meaning: 'in their own words' },
  // The contract leaves its form to the network.
  { path: 'author.created_at', type: 'string', index: 'date_if_any', meaning: 'of the account' },
  { path: 'author.verified', type: 'boolean', index: 'boolean', meaning: 'by the network' },
  { path: 'metrics.replies', type: 'bigint', index: 'count', meaning: 'null = unknown, as all metrics' },
  { path: 'metrics.reposts', type: 'bigint', index: 'count', meaning: '' },
  { path: 'metrics.likes', type: 'bigint', index: 'count', meaning: '' },
  { path: 'metrics.quotes', type: 'bigint', index: 'count', meaning: '' },
  { path: 'metrics.comments', type: 'bigint', index: 'count', meaning: '' },
  { path: 'metrics.score', type: 'bigint', index: 'count', meaning: 'votes; may be negative' },
  { path: 'metrics.rsvps', type: 'bigint', index: 'count', meaning: '' },
  {
    path: 'engagement',
    type: 'bigint',
    index: 'count',
    meaning: 'the sum of the known metrics, negative ones left out',
  },
  {
    path: 'score',
    type: 'decimal(20,6)',
    meaning: "what it adds to a ranking, by the preset's weights; every digit below nine billion",
  },
  { path: 'tags', type: 'array<string>', index: 'word', meaning: 'topics that matched' },
  { path: 'hashtags', type: 'array<string>', index: 'tag', meaning: 'without #' },
  { path: 'mentions', type: 'array<string>', index: 'word', meaning: 'without @' },
  { path: 'urls', type: 'array<string>', index: 'code', meaning: '' },
  { path: 'media', type: 'array<string>', index: 'label', meaning: '`image` `video` `gif`' },
  { path: 'annotations', type: ANNOTATIONS, index: 'annotations', meaning: 'of X' },
  { path: 'place.name', type: 'string', index: 'name', meaning: '' },
  { path: 'place.city', type: 'string', index: 'name', meaning: '' },
  { path: 'place.state', type: 'string', index: 'name', meaning: '' },
  { path: 'place.country', type: 'string', index: 'name', meaning: '' },
  { path: 'place.lat', type: 'double', meaning: 'degrees; in the index `location`' },
  { path: 'place.lon', type: 'double', meaning: 'degrees' },
  { path: 'category', type: 'string', index: 'word', meaning: 'subreddit, Meetup category' },
  { path: 'ref.reply_to', type: 'string', index: 'code', meaning: 'id of a post' },
  { path: 'ref.quote_of', type: 'string', index: 'code', meaning: 'id of a post' },
  { path: 'ref.repost_of', type: 'string', index: 'code', meaning: 'id of a post' },
  { path: 'key_words', type: 'array<string>', index: 'word', meaning: 'hashtags, then phrases' },
  { path: 'sentiment.score', type: 'decimal(5,4)', index: 'score', meaning: '-1 to 1; null = language unknown' },
  { path: 'sentiment.label', type: 'string', index: 'label', meaning: '`positive` `neutral` `negative`' },
  { path: 'features', type: FEATURES, index: 'features', meaning: "of the preset's list" },
  { path: 'raw', type: 'string', meaning: "the network's payload as JSON, where it travelled" },
] as const satisfies readonly EventField[];

type Fields = (typeof EVENT_FIELDS)[number];

/** The name of a field's column. */
type ColumnName<Path extends string> = Path extends `${infer Head}.${infer Rest}`
  ? `${Head}_${ColumnName<Rest>}`
  : Path;

type ColumnValue<Type extends ColumnType> = Type extends 'string'
  ? string
  : Type extends 'boolean'
    ? boolean
    : Type extends 'array<string>'
      ? readonly string[]
      : Type extends typeof ANNOTATIONS
        ? readonly { readonly domain: string; readonly entity: string }[]
        : Type extends typeof FEATURES
          ? readonly { readonly name: string; readonly label?: string; readonly score?: number }[]
          : number;

/** A row of the lake: the columns of a delete but for id, times and key are absent, and so is whatever is unknown or empty. */
export type LakeRow = {
  readonly [F in Fields as ColumnName<F['path']>]?: ColumnValue<F['type']> | undefined;
} & { readonly id: string; readonly event_key: string; readonly created_at: string };

/** A column of the tables of the lake. */
export interface LakeColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly meaning: string;
}

/** The columns of the lake, in their order; the partitions come after them. */
export const LAKE_COLUMNS: readonly LakeColumn[] = EVENT_FIELDS.map(({ path, type, meaning }) => ({
  name: columnName(path),
  type,
  meaning,
}));

/** What the tables of the lake are partitioned by: the UTC day of `created_at`, as texts of digits. */
export const LAKE_PARTITIONS = ['year', 'month', 'day'] as const;

/** `author.id` is the column `author_id`. */
export function columnName(path: string): string {
  return path.replaceAll('.', '_');
}

/** The columns as Spark and Hive declare them: `v int, id string, …`. */
export function sparkSchema(columns: readonly LakeColumn[] = LAKE_COLUMNS): string {
  return columns.map(({ name, type }) => `${name} ${type}`).join(', ');
}
