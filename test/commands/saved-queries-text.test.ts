import { expect, test } from 'vitest';

import { nothingFoundRemark, queryList } from '../../commands/saved-queries-text.ts';
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

test.each([
  ['sentiment-per-feature', 'trends', ' The preset trends looks for no features; iphone does.'],
  ['sentiment-per-feature', 'iphone', ''],
  ['top-authors', 'trends', ''],
  [undefined, 'trends', ''],
])('where %s of %s finds nothing, the remark is %j', (name, preset, remark) => {
  expect(nothingFoundRemark(name, preset)).toBe(remark);
});
