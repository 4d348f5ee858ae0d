import { styleText } from 'node:util';

import type { TextPart } from '../core/search/marked-text.ts';
import type { PostSort } from '../core/search/queries.ts';
import type { FoundPost, FoundPosts } from '../storage/search/find-posts.ts';
import type { FilterValues } from './search-options.ts';
import { visibleText } from './terminal-text.ts';

const FIRST_ONES: Readonly<Record<PostSort, string>> = {
  newest: 'the newest',
  relevance: 'the most relevant',
  engagement: 'those with the most engagement, the first',
};
const INDENT = '  ';
/** What is shown before a match that stands too far behind to be seen. */
const LEAD = 30;
const MAX_URL = 2_000;

/**
 * Posts for people: of each, time, network, author, sentiment and engagement, then what it says, then its link.
 * @param width of the terminal in characters
 */
export function foundPostsText({ total, posts }: FoundPosts, sort: PostSort, width: number): string {
  const shown = posts.length < total ? `, ${FIRST_ONES[sort]} ${number(posts.length)}` : '';
  const head = styleText('bold', `${number(total)} found${shown}:`);
  return [head, ...posts.map((post) => postLines(post, width)), ''].join('\n');
}

/** What to say where there is no post at all. */
export function emptyIndexText(preset: string): string {
  return `The index of the preset ${preset} holds no posts yet: a producer brings them, such as \`npm run producer:generator -- --preset ${preset}\`.`;
}

/** One sentence that says what to do. @param posts that there are in the index */
export function nothingFoundText(search: {
  readonly text: string;
  readonly given: FilterValues;
  readonly posts: number;
  readonly preset: string;
}): string {
  const { text, given, posts, preset } = search;
  if (posts === 0) return emptyIndexText(preset);
  const options = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`]));
  const others = options.filter((name) => name !== '--since');
  const advice = [
    ...(given.since === undefined ? [] : ['widen --since']),
    ...(others.length === 0 ? [] : [`leave out ${others.join(' or ')}`]),
    ...(text === '' ? [] : ['search for fewer or other words', 'let --suggest look for them']),
  ];
  return `Nothing found among ${number(posts)} posts: ${advice.join(', or ')}.`;
}

function postLines({ document, text, title }: FoundPost, width: number): string {
  const { created_at, source, author, sentiment, engagement, url } = document;
  const name = author?.handle === undefined ? (author?.name ?? author?.id) : `@${author.handle}`;
  const facts = [
    `${created_at.slice(0, 10)} ${created_at.slice(11, 19)}`,
    source,
    ...(name === undefined ? [] : [visibleText(name)]),
    ...(sentiment === undefined ? [] : [sentiment.label]),
    ...(engagement === undefined ? [] : [`engagement ${number(engagement)}`]),
  ];
  const said = title.length === 0 || document.text.startsWith(document.title ?? '') ? text : [...title, GAP, ...text];
  return [
    '',
    styleText('dim', facts.join('  ')),
    INDENT + oneLine(said, width - INDENT.length),
    ...(url === undefined ? [] : [INDENT + styleText('dim', visibleText(url, MAX_URL))]),
  ].join('\n');
}

const GAP: TextPart = { text: ' – ', isMatch: false };

/** A text cut to a line, from the beginning unless that would hide every match. */
function oneLine(parts: readonly TextPart[], width: number): string {
  const letters = lettersOf(parts);
  const first = letters.findIndex(({ isMatch }) => isMatch);
  const isSeen = letters.length <= width || first < width - LEAD;
  const from = isSeen ? 0 : Math.min(first - LEAD, letters.length - width + 1);
  const to = from + width - (from > 0 ? 1 : 0);
  const isCut = to < letters.length;
  const line = styled(letters.slice(from, isCut ? to - 1 : to));
  return `${from > 0 ? '…' : ''}${line}${isCut ? '…' : ''}`;
}

interface Letter {
  readonly letter: string;
  readonly isMatch: boolean;
}

/** The characters that a terminal may show, with one space between words. */
function lettersOf(parts: readonly TextPart[]): Letter[] {
  const letters: Letter[] = [];
  for (const { text, isMatch } of parts)
    for (const letter of visibleText(text, Infinity).replaceAll(/\s/gu, ' '))
      if (letter !== ' ' || letters.at(-1)?.letter !== ' ') letters.push({ letter, isMatch });
  return letters;
}

function styled(letters: readonly Letter[]): string {
  let line = '';
  for (let at = 0; at < letters.length;) {
    const { isMatch } = letters[at] ?? {};
    let end = at;
    while (end < letters.length && letters[end]?.isMatch === isMatch) end++;
    const run = letters
      .slice(at, end)
      .map(({ letter }) => letter)
      .join('');
    line += isMatch === true ? styleText(['bold', 'yellow'], run) : run;
    at = end;
  }
  return line;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
