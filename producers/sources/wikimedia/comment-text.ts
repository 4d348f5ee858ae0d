/** A key that the software of Wikidata writes in place of a section: `wbsetclaim-create:2||1`. */
const SOFTWARE_KEY = /\/\*\s*[a-z-]+:\d+\|[^*]*\*\//g;
const SECTION = /\/\*(.*?)\*\//g;
/** `[[page]]`, `[[page|label]]`, `[[:File:page|label]]`. */
const LINK = /\[\[:?(?:[^[\]|]*\|)?([^[\]|]*)\]\]/g;
const EXTERNAL_LINK = /\[(https?:\/\/[^\s\]]+)\s*([^\]]*)\]/g;
const TAG = /<\/?[a-z][^<>]*>/gi;
const MARKS = /'{2,}|\[\[|\]\]|\{\{|\}\}/g;
const ADDRESS = /https?:\/\/[^\s<>"|[\]{}]+/g;

/** A comment of an edit as a person reads it: without the brackets, quotes and keys of wiki text. */
export function plainComment(comment: string): string {
  return comment
    .replace(SOFTWARE_KEY, ' ')
    .replace(SECTION, ' $1: ')
    .replace(LINK, '$1')
    .replace(EXTERNAL_LINK, '$2 $1 ')
    .replace(TAG, '')
    .replace(MARKS, '')
    .replace(/\s+/g, ' ')
    .replace(/ (?=[:,.;])/g, '')
    .trim()
    .replace(/:$/, '');
}

/** The addresses of other sites in a comment, in order; `[]` if there are none. */
export function addressesIn(comment: string): string[] {
  return [...comment.matchAll(ADDRESS)].map(([address]) => address.replace(/[.,;:!?)]+$/, ''));
}
