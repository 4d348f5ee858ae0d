import { isMeaning, sqlTokens, type SqlToken } from './sql-tokens.ts';

/** A statement that asks and changes nothing. */
export interface ReadOnlyStatement {
  readonly ok: true;
  readonly sql: string;
  readonly isExplain: boolean;
}

/** Why something is not done. */
interface Refusal {
  readonly ok: false;
  readonly reason: string;
}

const QUERY_WORDS = ['SELECT', 'WITH'];
const CATALOG_WORDS = ['DESCRIBE', 'SHOW'];
/** Words of DuckDB and Athena that change something, and stand in no query but as its first word or behind WITH. */
const CHANGING_WORDS = ['INSERT', 'UPDATE', 'DELETE', 'MERGE', 'COPY', 'INTO'];

/**
 * Takes one SELECT, WITH, EXPLAIN of these, DESCRIBE or SHOW, without the semicolon at its end.
 * @param sql as a person has typed it
 */
export function readOnlyStatement(sql: string): ReadOnlyStatement | Refusal {
  const tokens = sqlTokens(sql);
  const words = tokens.filter(isMeaning);
  while (words.at(-1)?.text === ';') words.pop();
  if (words.length === 0) return { ok: false, reason: 'There is no SQL in it' };
  if (words.some(({ text }) => text === ';')) return { ok: false, reason: 'Give one statement at a time' };
  const first = wordOf(words.find(({ text }) => text !== '('));
  const isExplain = first === 'EXPLAIN';
  const asked = isExplain ? explained(words) : first;
  const isQuery = QUERY_WORDS.includes(asked);
  if (!isQuery && (isExplain || !CATALOG_WORDS.includes(asked))) return refused(asked);
  const changing = words.find(
    (token, i) => CHANGING_WORDS.includes(wordOf(token)) && isStatementWord(words[i - 1], words[i + 1]),
  );
  if (changing !== undefined) return refused(wordOf(changing));
  return { ok: true, sql: withoutEnd(tokens), isExplain };
}

/** What EXPLAIN explains; ANALYZE runs it. */
function explained(words: readonly SqlToken[]): string {
  let depth = 0;
  for (const token of words.slice(1)) {
    if (token.text === '(') depth += 1;
    else if (token.text === ')') depth -= 1;
    else if (QUERY_WORDS.includes(wordOf(token))) return wordOf(token);
    else if (depth === 0 && !['ANALYZE', 'VERBOSE'].includes(wordOf(token))) return wordOf(token);
  }
  return 'EXPLAIN';
}

/** Whether such a word is not the name of a column or a function. */
function isStatementWord(before: SqlToken | undefined, after: SqlToken | undefined): boolean {
  return before?.text === ')' && after?.kind === 'word';
}

function refused(word: string): Refusal {
  return {
    ok: false,
    reason: `${word} is not done here: the lake is only read, by one SELECT, WITH, EXPLAIN, DESCRIBE or SHOW`,
  };
}

function wordOf(token: SqlToken | undefined): string {
  return token?.kind === 'word' ? token.text.toUpperCase() : (token?.text ?? '');
}

function withoutEnd(tokens: readonly SqlToken[]): string {
  const end = tokens.findLastIndex((token) => isMeaning(token) && token.text !== ';');
  return tokens
    .slice(0, end + 1)
    .map(({ text }) => text)
    .join('')
    .trim();
}
