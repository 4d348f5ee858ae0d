import { styleText } from 'node:util';

import type { Suggestion, Suggestions } from '../storage/search/suggest.ts';
import { alignColumns, visibleText } from './terminal-text.ts';

/** Suggestions for people, in two groups. @param typed what they are for */
export function suggestionsText({ begins, contains, isExact }: Suggestions, typed: string): string {
  const shown = visibleText(typed);
  if (begins.length === 0 && contains.length === 0)
    return `No hashtag, feature, author or place has "${shown}" in it: try fewer letters, or a query, which finds words of texts.`;
  return [
    ...(begins.length === 0 ? [] : [styleText('bold', `Begins with "${shown}":`), table(begins), '']),
    ...(contains.length === 0 ? [] : [styleText('bold', `Contains "${shown}":`), table(contains), '']),
    ...(isExact ? [] : ['There are more words than the server counts: numbers are at least these; type more letters.']),
  ].join('\n');
}

function table(suggestions: readonly Suggestion[]): string {
  const rows = suggestions.map(({ kind, word, posts }) => [kind, visibleText(word), posts.toLocaleString('en-US')]);
  return alignColumns(['kind', 'word', 'posts'] as const, rows, ['posts']);
}
