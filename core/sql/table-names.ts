import { isMeaning, nameOf, sqlTokens, type SqlToken } from './sql-tokens.ts';

/** Words that a table stands behind. */
const BEFORE_TABLE: ReadonlySet<string> = new Set(['from', 'join', 'describe', 'show', 'table']);
/** Words that end the list of tables behind FROM. */
const AFTER_TABLES: ReadonlySet<string> = new Set(['select', 'where', 'group', 'having', 'order', 'limit', 'union']);

/**
 * The names, in lower case, of what can be a table: what stands behind FROM, JOIN, DESCRIBE, SHOW or a comma of such a
 * list; of a name with points, its last part. All tables of a statement are among them, perhaps with other names.
 */
export function namesOfTables(sql: string): Set<string> {
  const tokens = sqlTokens(sql).filter(isMeaning);
  const names = new Set<string>();
  /** For each bracket that is open, the statement first: whether this is a list of tables. */
  const lists = [false];
  let isNext = false;
  for (const [at, token] of tokens.entries()) {
    const isList = lists.at(-1) ?? false;
    const word = token.kind === 'word' ? token.text.toLowerCase() : token.text;
    if (word === '(') lists.push(isNext);
    else if (word === ')') lists.pop();
    else if (BEFORE_TABLE.has(word) || AFTER_TABLES.has(word)) lists.splice(-1, 1, BEFORE_TABLE.has(word));
    else if (isNext) names.add(lastPart(tokens, at));
    isNext = BEFORE_TABLE.has(word) || (isList && word === ',') || (isNext && word === '(');
  }
  return names;
}

function lastPart(tokens: readonly SqlToken[], first: number): string {
  let at = first;
  while (tokens[at + 1]?.text === '.') at += 2;
  return nameOf(tokens[at]);
}
