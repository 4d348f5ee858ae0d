/** What a server sets around a word that was looked for. Posts that hold them are shown with wrong marks at worst. */
export const MARK_START = '\u0002';
export const MARK_END = '\u0003';
const ANY_MARK = new RegExp(`([${MARK_START}${MARK_END}])`);

/** A part of a text; `isMatch`: one of the words that were looked for. */
export interface TextPart {
  readonly text: string;
  readonly isMatch: boolean;
}

/**
 * A text in parts, those that are marked in any of its copies apart; together they are the text.
 * @param copies of the text with marks, which tell nothing if they are of another text
 */
export function markedParts(text: string, copies: readonly string[]): TextPart[] {
  const isMarked = new Uint8Array(text.length);
  for (const copy of copies) mark(isMarked, copy);
  const parts: { text: string; isMatch: boolean }[] = [];
  for (let at = 0; at < text.length; at++) {
    const isMatch = isMarked[at] === 1;
    const last = parts.at(-1);
    if (last?.isMatch === isMatch) last.text += text[at];
    else parts.push({ text: text[at] ?? '', isMatch });
  }
  return parts;
}

function mark(isMarked: Uint8Array, copy: string): void {
  let at = 0;
  let isInside = false;
  for (const part of copy.split(ANY_MARK)) {
    if (part === MARK_START || part === MARK_END) {
      isInside = part === MARK_START;
      continue;
    }
    if (isInside) isMarked.fill(1, at, at + part.length);
    at += part.length;
  }
}
