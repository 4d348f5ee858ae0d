import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';
import * as z from 'zod';

import { EVENT_FIELDS, LAKE_COLUMNS, LAKE_PARTITIONS, sparkSchema, type EventField } from '../../core/event-fields.ts';
import { athenaDdl, columnsMarkdown, duckdbType, withColumnsMarkdown } from '../../core/lake-ddl.ts';
import { POST_FIELDS, type FieldMapping } from '../../core/search/index-template.ts';
import { resourcesOf, synthApp } from '../support/app.ts';
import { makeRow } from '../support/lake-rows.ts';
import { makePost } from '../support/make-event.ts';

const ROOT = join(import.meta.dirname, '../..');
/** What each type is in DuckDB and in JSON; a type that is added to the list of fields has to be added here. */
const TYPES: Readonly<Record<EventField['type'], { readonly duckdb: string; readonly json: z.ZodType }>> = {
  string: { duckdb: 'VARCHAR', json: z.string() },
  boolean: { duckdb: 'BOOLEAN', json: z.boolean() },
  int: { duckdb: 'INTEGER', json: z.int32() },
  bigint: { duckdb: 'BIGINT', json: z.int() },
  double: { duckdb: 'DOUBLE', json: z.number() },
  'decimal(20,6)': { duckdb: 'DECIMAL(20,6)', json: z.number().multipleOf(0.000_001) },
  'decimal(5,4)': { duckdb: 'DECIMAL(5,4)', json: z.number().multipleOf(0.0001) },
  'array<string>': { duckdb: 'VARCHAR[]', json: z.array(z.string()) },
  'array<struct<domain:string,entity:string>>': {
    duckdb: 'STRUCT(domain VARCHAR, entity VARCHAR)[]',
    json: z.array(z.strictObject({ domain: z.string(), entity: z.string() })),
  },
  'array<struct<name:string,label:string,score:decimal(5,4)>>': {
    duckdb: 'STRUCT(name VARCHAR, label VARCHAR, score DECIMAL(5,4))[]',
    json: z.array(z.strictObject({ name: z.string(), label: z.string().optional(), score: z.number().optional() })),
  },
};

/** A post with everything that a row can hold. */
const FULL_ROW = makeRow({
  ...makePost({
    text: 'The camera is great',
    lang: 'en',
    title: 'A title',
    url: 'https://example.com/1',
    category: 'Tech',
    tags: ['music'],
    hashtags: ['a'],
    mentions: ['b'],
    urls: ['https://example.com'],
    media: ['image'],
    annotations: [{ domain: '60 Athlete', entity: '1 LeBron' }],
    author: {
      id: '1',
      handle: 'h',
      name: 'n',
      followers: 1,
      location: 'l',
      created_at: '2020-01-01T00:00:00.000Z',
      verified: true,
    },
    metrics: { replies: 1, reposts: 2, likes: 3, quotes: 4, comments: 5, score: -6, rsvps: 7 },
    place: { name: 'p', city: 'c', state: 's', country: 'd', lat: 1.5, lon: 2.5 },
    ref: { reply_to: 'twitter:2', quote_of: 'twitter:3', repost_of: 'twitter:4' },
    raw: { any: 'thing' },
  }),
  truncated: true,
});

const GlueTable = z.object({
  TableInput: z.object({
    Name: z.string(),
    Parameters: z.record(z.string(), z.unknown()),
    PartitionKeys: z.array(z.object({ Name: z.string(), Type: z.string() })),
    StorageDescriptor: z.object({
      Columns: z.array(z.object({ Name: z.string(), Type: z.string() })),
      SerdeInfo: z.object({ SerializationLibrary: z.string() }),
    }),
  }),
});

function glueTables(settings: Readonly<Record<string, string>>) {
  return resourcesOf(synthApp(settings), 'AWS::Glue::Table').map(
    ({ Properties }) => GlueTable.parse(Properties).TableInput,
  );
}

describe.each(EVENT_FIELDS.map((field: EventField, i) => [field.path, field, LAKE_COLUMNS[i]] as const))(
  'the field %s is the same',
  (path, field, column) => {
    const name = path.replaceAll('.', '_');

    test('in the rows of TypeScript', () => {
      expect(TYPES[field.type].json.safeParse(FULL_ROW[name as keyof typeof FULL_ROW]).error).toBeUndefined();
    });

    test('in the columns of the lake, of Spark and of Athena', () => {
      expect(column).toMatchObject({ name, type: field.type });
      expect(sparkSchema().split(/, (?=\w+ )/)).toContain(`${name} ${field.type}`);
      expect(athenaDdl({ name: 'raw', format: 'json', location: 's3://b/raw/' })).toContain(
        `\n  \`${name}\` ${field.type}`,
      );
    });

    test('in DuckDB', () => {
      expect(duckdbType(field.type)).toBe(TYPES[field.type].duckdb);
    });

    test('in the search index, where it is there', () => {
      expect(mappingOf(path)?.type ?? 'object', path).toMatch(
        field.index === undefined ? /^object$/ : indexTypes(field),
      );
    });
  },
);

/** The mapping of a field, by its path; undefined where the index has none. */
function mappingOf(path: string): FieldMapping | undefined {
  const at: FieldMapping = { properties: POST_FIELDS };
  return path.split('.').reduce<FieldMapping | undefined>((mapping, name) => mapping?.properties?.[name], at);
}

/** What a type of a column may be in the index. */
function indexTypes({ type }: EventField): RegExp {
  if (type === 'string' || type === 'array<string>') return /^(keyword|text|date)$/;
  if (type === 'bigint') return /^long$/;
  if (type === 'decimal(5,4)') return /^float$/;
  return type === 'boolean' ? /^boolean$/ : /^(nested|object)$/;
}

test('a row has no column besides', () => {
  expect(Object.keys(FULL_ROW).toSorted()).toEqual(LAKE_COLUMNS.map(({ name }) => name).toSorted());
});

describe.each([
  ['as JSON', 'json', {}],
  ['as Parquet', 'parquet', { lakeFormat: 'parquet' }],
] as const)('the tables of Glue with raw %s', (_, format, settings) => {
  const tables = glueTables(settings);

  test.each(['raw', 'posts'] as const)('%s has what the DDL says', (name) => {
    const table = tables.find(({ Name }) => Name === name);
    const ddl = athenaDdl({ name, format: name === 'posts' ? 'parquet' : format, location: `s3://BUCKET/${name}/` });

    expect(table?.StorageDescriptor.Columns.map(({ Name, Type }) => ({ name: Name, type: Type }))).toEqual(
      LAKE_COLUMNS.map((column) => ({ name: column.name, type: column.type })),
    );
    expect(table?.PartitionKeys).toEqual(LAKE_PARTITIONS.map((Name) => ({ Name, Type: 'string' })));
    const projected = Object.entries(table?.Parameters ?? {}).filter(([key]) => key.startsWith('projection.'));
    expect(projected).toHaveLength(10);
    for (const [key, value] of projected) expect(ddl).toContain(`'${key}' = '${String(value)}'`);
    expect(ddl).toContain(`s3://BUCKET/${name}/year=\${year}/month=\${month}/day=\${day}/`);
    expect(JSON.stringify(table?.Parameters['storage.location.template'])).toContain(
      `/${name}/year=\${year}/month=\${month}/day=\${day}/`,
    );
  });
});

test('lines of JSON are read by the same class in a catalog of the stack and in one of your own', () => {
  const [, serde] = /SERDE '(.*)'/.exec(athenaDdl({ name: 'raw', format: 'json', location: 's3://b/raw/' })) ?? [];
  const raw = glueTables({}).find(({ Name }) => Name === 'raw');

  expect(serde).toBe('org.apache.hive.hcatalog.data.JsonSerDe');
  expect(raw?.StorageDescriptor.SerdeInfo.SerializationLibrary).toBe(serde);
});

describe('docs/tables.md', () => {
  test('has the columns as they are: else `npm run schema` writes them', () => {
    const page = readFileSync(join(ROOT, 'docs/tables.md'), 'utf8');

    expect(page).toContain(columnsMarkdown());
    expect(withColumnsMarkdown(page)).toBe(page);
  });

  test('must have a place for them', () => {
    expect(() => withColumnsMarkdown('# Tables')).toThrow('the page lacks');
  });
});
