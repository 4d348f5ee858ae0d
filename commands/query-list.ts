import { LAKE_QUERIES } from '../core/lake-queries.ts';

/** The saved queries for people: each with its name and what its rows are. @param withSql whether its SQL follows */
export function queryList(withSql = false): string {
  const texts = LAKE_QUERIES.map(({ name, meaning, sql }) => {
    const lines = `${name}\n  ${meaning}`;
    return withSql ? `${lines}\n\n${sql.replaceAll(/^/gm, '    ')}` : lines;
  });
  return texts.join(withSql ? '\n\n' : '\n');
}
