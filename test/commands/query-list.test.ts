import { expect, test } from 'vitest';

import { queryList } from '../../commands/query-list.ts';
import { LAKE_QUERIES } from '../../core/lake-queries.ts';

test('the list of saved queries has a name and a sentence each', () => {
  const lines = queryList().split('\n');

  expect(lines).toHaveLength(2 * LAKE_QUERIES.length);
  expect(lines.slice(0, 2)).toEqual([LAKE_QUERIES[0]?.name, `  ${LAKE_QUERIES[0]?.meaning}`]);
});

test('the list of saved queries has their SQL where it is asked for', () => {
  const text = queryList(true);

  for (const { name, sql } of LAKE_QUERIES) {
    expect(text).toContain(`${name}\n`);
    expect(text.replaceAll(/^ {4}/gm, '')).toContain(sql);
  }
});
