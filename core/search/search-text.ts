/** What of a post a word is looked for in. */
export type SearchScope = 'anywhere' | 'hashtags' | 'accounts';

/** One thing that a person looks for. */
export interface SearchTerm {
  /** Without quotes, `#`, `@` or `*`. */
  readonly text: string;
  /** `word`: in any form; `phrase`: its words follow each other as they are; `beginning`: of a word. */
  readonly match: 'word' | 'phrase' | 'beginning';
  /** `#nba` is looked for among hashtags, `@kingjames` among authors and mentions. */
  readonly scope: SearchScope;
}

/** What must be true of a post: it has one of the terms, or, where they are excluded, none. */
export interface SearchClause {
  readonly anyOf: readonly SearchTerm[];
  readonly isExcluded: boolean;
}

/** Clauses that are read; a server takes 1,024 at most, and nobody types as many. */
const MAX_TERMS = 64;

/** A minus, then a phrase in quotes (the last one may lack its end) or a word up to the next space. */
const TOKEN = /(-?)(?:["“”]([^"“”]*)(?:["“”]|$)|(\S+))/gu;

/**
 * What a person means by what they type: words that must all be there, "phrases", `-word` for what must not, `OR`
 * between two that are alternatives, `begin*`, `#hashtag`, `@account`. Whatever is typed means something: a sign that makes no
 * sense where it stands is left out.
 * @returns in their order; `[]` where nothing is asked for
 */
export function parseSearchText(text: string): SearchClause[] {
  const clauses: SearchClause[] = [];
  let joinsNext = false;
  for (const [, minus, quoted, word] of [...text.matchAll(TOKEN)].slice(0, MAX_TERMS)) {
    if (minus === '' && (word === 'OR' || word === '|')) {
      joinsNext = true;
      continue;
    }
    const term = quoted === undefined ? wordTerm(word ?? '') : phraseTerm(quoted);
    if (term === undefined) continue;
    const previous = clauses.at(-1);
    const isExcluded = minus === '-';
    // "cats OR -dogs" would be nearly everything: what is excluded is excluded.
    if (joinsNext && !isExcluded && previous?.isExcluded === false)
      clauses[clauses.length - 1] = { anyOf: [...previous.anyOf, term], isExcluded };
    else clauses.push({ anyOf: [term], isExcluded });
    joinsNext = false;
  }
  return clauses;
}

function phraseTerm(quoted: string): SearchTerm | undefined {
  const text = quoted.trim();
  return text === '' ? undefined : { text, match: 'phrase', scope: 'anywhere' };
}

function wordTerm(word: string): SearchTerm | undefined {
  const [, sign = '', text = '', star = ''] = /^([#＃@＠]?)(.*?)(\*?)$/su.exec(word) ?? [];
  if (!/[^\p{P}\p{Z}\p{Cc}]/u.test(text)) return undefined;
  const scope = sign === '' ? 'anywhere' : /[@＠]/.test(sign) ? 'accounts' : 'hashtags';
  return { text, match: star === '' ? 'word' : 'beginning', scope };
}
