/** A piece of SQL. Words and marks are what it says; `text` and `quoted` may hold anything. */
export interface SqlToken {
  readonly kind: 'word' | 'text' | 'quoted' | 'comment' | 'space' | 'mark';
  readonly text: string;
}

/**
 * In the order in which they are tried. A text, quoted name or comment that does not end runs to the end of the SQL: so
 * nothing in it is taken for a word of the language.
 */
const FORMS = [
  ['space', /\s+/y],
  ['comment', /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y],
  ['text', /'(?:[^']|'')*(?:'|$)/y],
  ['quoted', /"(?:[^"]|"")*(?:"|$)/y],
  ['word', /[\p{L}_][\p{L}\p{N}_]*|\d[\p{L}\p{N}_.]*/uy],
  ['mark', /[\s\S]/y],
] as const;

/** SQL in pieces; together they are the SQL. */
export function sqlTokens(sql: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  for (let at = 0; at < sql.length;) {
    const token = tokenAt(sql, at);
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

function tokenAt(sql: string, at: number): SqlToken {
  for (const [kind, form] of FORMS) {
    form.lastIndex = at;
    const [text] = form.exec(sql) ?? [];
    if (text !== undefined) return { kind, text };
  }
  // The last form takes any character.
  throw new TypeError('no form of SQL has matched');
}

/** Whether a piece is neither space nor comment. */
export function isMeaning({ kind }: SqlToken): boolean {
  return kind !== 'space' && kind !== 'comment';
}

/** A word or quoted name, as names are compared; '' for anything else. */
export function nameOf(token: SqlToken | undefined): string {
  if (token?.kind === 'word') return token.text.toLowerCase();
  return token?.kind === 'quoted' ? token.text.slice(1, -1).toLowerCase() : '';
}
