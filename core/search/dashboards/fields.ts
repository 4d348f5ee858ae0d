import { POST_FIELDS, type FieldMapping } from '../index-template.ts';

/** What a panel can do with a field. */
export interface Field {
  /** As OpenSearch names it: `keyword`, `date`, `geo_point`. */
  readonly type: string;
  /** Whether posts can be counted, sorted or grouped by it. */
  readonly isAggregatable: boolean;
}

type Fields = Readonly<Record<string, FieldMapping>>;

const NUMBERS: ReadonlySet<string> = new Set(['long', 'integer', 'float', 'double']);
/** Types that Dashboards can group by values of; text is cut into words and has no doc values. */
const GROUPED: ReadonlySet<string> = new Set(['keyword', 'boolean', 'date', 'geo_point', ...NUMBERS]);

/**
 * The field of a path such as `author.handle` or `hashtags.prefix`; undefined where the index has none.
 * @param fields the mapping that is looked in
 */
export function findField(path: string, fields: Fields = POST_FIELDS): Field | undefined {
  const [name = '', ...rest] = path.split('.');
  const mapping = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (mapping === undefined) return undefined;
  if (rest.length === 0) return mapping.properties === undefined ? describe(mapping) : undefined;
  const field = findField(rest.join('.'), mapping.properties ?? mapping.fields ?? {});
  // Panels see nested fields only where they are copied into the root.
  const isHidden = mapping.type === 'nested' && mapping['include_in_root'] !== true;
  return field && isHidden ? { ...field, isAggregatable: false } : field;
}

/** Whether posts fall into groups by the values of the field. */
export function isFacet(path: string): boolean {
  const field = findField(path);
  return field !== undefined && field.isAggregatable && (field.type === 'keyword' || field.type === 'boolean');
}

/** Whether the field holds numbers that can be added up. */
export function isNumber(path: string): boolean {
  const field = findField(path);
  return field !== undefined && field.isAggregatable && NUMBERS.has(field.type);
}

function describe({ type = '', ...options }: FieldMapping): Field {
  return { type, isAggregatable: GROUPED.has(type) && options['doc_values'] !== false };
}
