import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { LAKE_COLUMNS } from '../../core/event-fields.ts';
import { columnsFile, incompatibility, type SchemaColumn } from '../../core/lake-schema.ts';

const BEFORE = [
  { name: 'id', type: 'string' },
  { name: 'score', type: 'bigint' },
  { name: 'tags', type: 'array<string>' },
] as const satisfies readonly SchemaColumn[];
const [ID, SCORE, TAGS] = BEFORE;
const ADDED = { name: 'added', type: 'int' };

const committed = readFileSync(join(import.meta.dirname, '../../jobs/spark/columns.json'), 'utf8');

test('no column of the lake was removed, renamed, moved or given another type', () => {
  expect(incompatibility(JSON.parse(committed) as SchemaColumn[], LAKE_COLUMNS)).toBeUndefined();
});

test('the columns that Spark reads are those of the lake; `npm run schema` makes them so', () => {
  expect(committed).toBe(columnsFile(LAKE_COLUMNS));
});

test.each<[string, readonly SchemaColumn[], string]>([
  ['removed', [ID, TAGS], 'The column score was removed or renamed'],
  ['renamed', [ID, { ...SCORE, name: 'points' }, TAGS], 'The column score was removed or renamed'],
  ['of another type', [ID, { ...SCORE, type: 'int' }, TAGS], 'The column score was bigint and is int'],
  ['moved', [ID, TAGS, SCORE], 'The column score was moved'],
  ['behind one that was added', [ID, ADDED, SCORE, TAGS], 'The column score was moved'],
])('a column that is %s is named', (_what, after, sentence) => {
  expect(incompatibility(BEFORE, after)).toContain(sentence);
});

test('columns may be added at the end', () => {
  expect(incompatibility(BEFORE, [...BEFORE, ADDED])).toBeUndefined();
});

test('columns are read as they were written', () => {
  const column = fc.record({ name: fc.string(), type: fc.string() });
  fc.assert(
    fc.property(fc.array(column), (columns) => {
      expect(JSON.parse(columnsFile(columns))).toEqual(columns);
    }),
  );
});
