import { compile } from 'html-to-text';

/** Newlines stay, as they are Markdown's; links keep their words. */
const withoutHtml = compile({
  wordwrap: false,
  preserveNewlines: true,
  selectors: [
    { selector: 'a', options: { ignoreHref: true } },
    { selector: 'img', format: 'skip' },
    { selector: '*', format: 'inline' },
    { selector: 'br', format: 'lineBreak' },
    { selector: 'p', format: 'paragraph', options: { leadingLineBreaks: 2, trailingLineBreaks: 2 } },
    { selector: 'li', format: 'paragraph', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
  ],
});

const MAX_ADDRESS = 2_048;

/** `![what it shows](address)`; the inner part of `[words](address "title")`, which is left. */
const IMAGE = new RegExp(String.raw`!\[([^[\]]*)\]\([^()\s]{0,${MAX_ADDRESS}}(?:\s[^()]{0,200})?\)`, 'g');
const LINK = new RegExp(String.raw`\[([^[\]]*)\]\(([^()\s]{0,${MAX_ADDRESS}})(?:\s[^()]{0,200})?\)`, 'g');
const AUTOLINK = new RegExp(String.raw`<(https?://[^<>\s]{1,${MAX_ADDRESS}})>`, 'g');

/** What stands at the beginning of a line: a heading (never a hashtag), a quote, a bullet; or is a line of its own. */
const RULE = /^[ \t]*(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/gm;
const LINE_START = /^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[*+-][ \t]+)/gm;

/** Marks around words; underscores within words (`snake_case`) are none. */
const MARKS: readonly RegExp[] = [
  /\*\*(?=\S)([^*\n]+?)\*\*/g,
  /(?<![\p{L}\p{N}_])__(?=\S)([^_\n]+?)__(?![\p{L}\p{N}_])/gu,
  /~~(?=\S)([^~\n]+?)~~/g,
  /(?<![*\\])\*(?=[^\s*])([^*\n]*[^\s*])\*(?!\*)/g,
  /(?<![\p{L}\p{N}_\\])_(?=[^\s_])([^_\n]*[^\s_])_(?![\p{L}\p{N}_])/gu,
  /`{1,3}([^`]+)`{1,3}/g,
];

/**
 * The words of a description of Meetup, which is a little Markdown, in old events with HTML in it: without marks,
 * addresses of links and images. What only looks like a mark stays.
 */
export function plainText(markdown: string): string {
  let text = withoutHtml(markdown.replaceAll(AUTOLINK, '$1'));
  text = text.replaceAll(IMAGE, '$1').replaceAll(LINK, '$1').replaceAll(RULE, '').replaceAll(LINE_START, '');
  for (const mark of MARKS) text = text.replaceAll(mark, '$1');
  return text
    .replaceAll(/\\([!-/:-@[-`{-~])/g, '$1')
    .replaceAll(/[ \t]+$/gm, '')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

const ADDRESS = /https?:\/\/[^\s<>()[\]"'\\]+/g;

/** The web addresses in a description, in order. */
export function addressesIn(markdown: string): string[] {
  return (markdown.match(ADDRESS) ?? []).map((address) => address.replace(/[.,;:!?*_]+$/, ''));
}
