export const NEWLINE = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
/** Brackets differ from braces by this bit alone. */
const BRACE_BIT = 0x20;
/** `"v":`, which every event and row of ours begins with behind its brace. */
const FIRST_FIELD = [0x22, 0x76, 0x22, 0x3a] as const;

/** How far a document has been looked at. */
export interface Scan {
  /** Of the next byte. */
  at: number;
  /** Braces and brackets that are open. */
  depth: number;
  isInString: boolean;
}

/**
 * Looks for the end of a JSON object or array, whose strings may hold braces.
 * @param scan where it stands: at the opening brace at first; afterwards behind the document where it is `closed`, at
 * the line end that breaks it off (`line_end`), or where to go on when there is more (`open`)
 * @param end of the bytes to look at
 */
export function scanDocument(bytes: Uint8Array, scan: Scan, end: number): 'closed' | 'line_end' | 'open' {
  let { at, depth, isInString } = scan;
  let outcome: 'closed' | 'line_end' | 'open' = 'open';
  for (; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === NEWLINE) {
      outcome = 'line_end';
      break;
    }
    if (isInString) {
      if (byte === QUOTE) isInString = false;
      else if (byte === BACKSLASH) {
        if (at + 1 >= end) break;
        if (bytes[at + 1] !== NEWLINE) at++;
      }
    } else if (byte === QUOTE) isInString = true;
    else if (isOpening(byte)) depth++;
    else if ((byte | BRACE_BIT) === CLOSING_BRACE && --depth === 0) {
      at++;
      outcome = 'closed';
      break;
    }
  }
  Object.assign(scan, { at, depth, isInString });
  return outcome;
}

/**
 * Where behind something broken a document may begin again: at a brace right behind a closing one, or before the
 * field that every event and row of ours begins with.
 * @returns -1 if there is no such place, or it does not lie in [from, end) whole
 */
export function nextBeginning(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    if (bytes[at] !== OPENING_BRACE) continue;
    if (bytes[at - 1] === CLOSING_BRACE) return at;
    if (at + FIRST_FIELD.length < end && FIRST_FIELD.every((byte, i) => bytes[at + 1 + i] === byte)) return at;
  }
  return -1;
}

/** How many bytes behind a place must be known before it can be said that no document begins there. */
export const BEGINNING_BYTES = FIRST_FIELD.length + 1;

/** Whether a byte may stand between two documents: white space, or the comma of systems that frame with it. */
export function isSeparator(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x2c || byte === 0x0d || byte === 0x09;
}

/** Whether an object or a list begins here. */
export function isOpening(byte: number | undefined): boolean {
  return byte !== undefined && (byte | BRACE_BIT) === OPENING_BRACE;
}
