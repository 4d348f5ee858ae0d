import { compile, type FormatCallback } from 'html-to-text';

/** A link of a text, with the classes that say what it is for. */
export interface TextLink {
  readonly href: string;
  readonly classes: readonly string[];
}

/** What a piece of HTML says. */
export interface PlainText {
  readonly text: string;
  /** In order of appearance. */
  readonly links: readonly TextLink[];
}

/** More than any post has; the contract keeps 32 KiB of the text. */
const MAX_CHARACTERS = 1_048_576;
/** Whoever nests deeper wants to break us. */
const MAX_DEPTH = 100;

const link: FormatCallback = (element, walk, builder) => {
  const attributes: Readonly<Record<string, string>> = element.attribs ?? {};
  const { href = '', class: classes = '' } = attributes;
  const { metadata: links } = builder as typeof builder & { readonly metadata: TextLink[] };
  if (href !== '') links.push({ href, classes: classes.split(/\s+/).filter((name) => name !== '') });
  const shown = element.children[0]?.data ?? '';
  // An address that is shown cut is written whole.
  if (shown.endsWith('...') && href.startsWith(shown.slice(0, -3))) builder.addInline(href);
  else walk(element.children, builder);
};

const HEADINGS = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'];

// Its types do not know that it hands a second argument on to the formatters, as `metadata` of the builder.
const convert = compile({
  wordwrap: false,
  formatters: { link },
  selectors: [
    { selector: 'a', format: 'link' },
    { selector: 'img', format: 'skip' },
    ...HEADINGS.map((selector) => ({ selector, options: { uppercase: false } })),
  ],
  limits: { maxDepth: MAX_DEPTH },
}) as (html: string, links: TextLink[]) => string;

/** The text of a piece of HTML: paragraphs stand an empty line apart, nothing is wrapped. `''` for none. */
export function plainText(html: string): PlainText {
  const links: TextLink[] = [];
  const text = convert(html.slice(0, MAX_CHARACTERS), links);
  return { text: text.replaceAll(/\n{3,}/g, '\n\n').trim(), links };
}
