import { EVENT_FIELDS, type EventField, type IndexKind } from '../event-fields.ts';

/** A mapping of a field, or of an object with `properties`. */
export interface FieldMapping {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, FieldMapping>>;
  readonly fields?: Readonly<Record<string, FieldMapping>>;
  readonly [option: string]: unknown;
}

/** How the index is cut and kept; everything else is the same everywhere. */
export interface IndexSettings {
  /** What people read; indices are `<alias>-YYYY.MM` or `<alias>-YYYY.MM.DD`. */
  readonly alias: string;
  /** How soon what is stored can be found, in seconds. */
  readonly refreshSeconds: number;
}

/** Longest text that a keyword holds: longer ones are not facets. In characters, well below Lucene's 32,766 bytes. */
const MAX_KEYWORD = 256;
/** Longest beginning that is looked up; longer ones are cut, and so match what begins like them. */
const MAX_PREFIX = 20;

/** Compared as it is: an id, a code. */
const CODE: FieldMapping = { type: 'keyword', ignore_above: 1_024 };
/** Compared in lower case, and so are its facets. */
const WORD: FieldMapping = { type: 'keyword', normalizer: 'lower', ignore_above: MAX_KEYWORD };
const DATE: FieldMapping = { type: 'date' };
const COUNT: FieldMapping = { type: 'long' };

const PREFIX: FieldMapping = { type: 'text', analyzer: 'prefix_index', search_analyzer: 'prefix_search', norms: false };
const WORD_PREFIX: FieldMapping = { ...PREFIX, analyzer: 'words_prefix_index', search_analyzer: 'words_prefix_search' };

// No field of the type `wildcard`: OpenSearch 3.7 answers 500 to the next document that a thread takes after a version
// conflict (TokenStream contract violation), and a conflict is what every repetition is. A wildcard query on the keyword
// finds what stands anywhere in it as well, by its list of terms.

/** A name that is written as one: `.prefix` finds by its beginning. */
const TAG: FieldMapping = { ...WORD, fields: { prefix: PREFIX } };
/** A name of several words: `.words` finds by whole ones, `.prefix` by the beginning of any of them. */
const NAME: FieldMapping = {
  ...WORD,
  fields: { words: { type: 'text', analyzer: 'plain', norms: false }, prefix: WORD_PREFIX },
};
/** As people wrote it; `.en` finds other forms of an English word. */
const TEXT: FieldMapping = {
  type: 'text',
  analyzer: 'plain',
  fields: { en: { type: 'text', analyzer: 'english_text' } },
};

const LABEL: FieldMapping = { type: 'keyword' };
const SCORE: FieldMapping = { type: 'float' };

const MAPPINGS: Readonly<Record<IndexKind, FieldMapping>> = {
  code: CODE,
  label: LABEL,
  word: WORD,
  text: TEXT,
  tag: TAG,
  name: NAME,
  stored: { type: 'keyword', index: false, doc_values: false },
  date: DATE,
  date_if_any: { ...DATE, ignore_malformed: true },
  count: COUNT,
  score: SCORE,
  boolean: { type: 'boolean' },
  annotations: { properties: { domain: WORD, entity: WORD } },
  // Nested, so that a feature keeps its own sentiment; in the root as well, because panels do not see nested fields.
  features: { type: 'nested', include_in_root: true, properties: { name: TAG, label: LABEL, score: SCORE } },
};

/** The fields of a post document and of a tombstone. */
export const POST_FIELDS: Readonly<Record<string, FieldMapping>> = {
  ...fieldsOf(EVENT_FIELDS),
  deleted: { type: 'boolean' },
  location: { type: 'geo_point' },
};

/** The mappings of the fields that the index has, those with a `.` in the object before it. */
function fieldsOf(fields: readonly EventField[]): Record<string, FieldMapping> {
  const mappings: Record<string, { properties?: Record<string, FieldMapping> }> = {};
  for (const { path, index } of fields) {
    const [first = '', second] = path.split('.');
    if (index === undefined) continue;
    if (second === undefined) mappings[first] = { ...MAPPINGS[index] };
    else ((mappings[first] ??= {}).properties ??= {})[second] = MAPPINGS[index];
  }
  return mappings;
}

/** The filters that make one word of all its spellings: lower case, no accents. */
export const FOLDING = ['lowercase', 'asciifolding'] as const;

const ANALYSIS = {
  normalizer: { lower: { type: 'custom', filter: FOLDING } },
  filter: {
    at_most: { type: 'truncate', length: MAX_KEYWORD },
    beginnings: { type: 'edge_ngram', min_gram: 1, max_gram: MAX_PREFIX },
    longest_beginning: { type: 'truncate', length: MAX_PREFIX },
    english_possessive: { type: 'stemmer', language: 'possessive_english' },
    english_stop: { type: 'stop', stopwords: '_english_' },
    english_stem: { type: 'stemmer', language: 'english' },
  },
  analyzer: {
    plain: { tokenizer: 'standard', filter: FOLDING },
    english_text: {
      tokenizer: 'standard',
      filter: ['english_possessive', ...FOLDING, 'english_stop', 'english_stem'],
    },
    // The beginnings are made of what is stored alone: of what is asked for, they would find everything.
    prefix_index: { tokenizer: 'keyword', filter: [...FOLDING, 'at_most', 'beginnings'] },
    prefix_search: { tokenizer: 'keyword', filter: [...FOLDING, 'longest_beginning'] },
    words_prefix_index: { tokenizer: 'standard', filter: [...FOLDING, 'beginnings'] },
    words_prefix_search: { tokenizer: 'standard', filter: [...FOLDING, 'longest_beginning'] },
  },
};

/**
 * The body of `PUT _index_template/<alias>`: strict, so that a field which nobody has thought of is refused instead of
 * guessed; one shard without replica, as a single small node has it.
 */
export function indexTemplate({ alias, refreshSeconds }: IndexSettings) {
  return {
    index_patterns: [`${alias}-*`],
    priority: 200,
    template: {
      // What is deleted stays as a tombstone; nobody is to find it.
      aliases: { [alias]: { filter: { bool: { must_not: [{ term: { deleted: true } }] } } } },
      settings: {
        number_of_shards: 1,
        number_of_replicas: 0,
        refresh_interval: `${refreshSeconds}s`,
        codec: 'best_compression',
        analysis: ANALYSIS,
      },
      mappings: { dynamic: 'strict', properties: POST_FIELDS },
    },
  };
}
