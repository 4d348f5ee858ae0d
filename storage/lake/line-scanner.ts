import {
  BEGINNING_BYTES,
  NEWLINE,
  isOpening,
  isSeparator,
  nextBeginning,
  scanDocument,
  type Scan,
} from './json-scan.ts';
import { badDocument, type LakeDocument } from './lake-document.ts';
import { badBytes, readJson } from './read-json.ts';

/** A line whose documents are found one by one, as its bytes come. */
export interface LineScanner {
  bytes: Uint8Array;
  /** Of the next byte that belongs to nothing yet. */
  at: number;
  /** Whether more bytes may come. */
  isEnded: boolean;
  /** Of the line, from 1. */
  readonly line: number;
  /** How many documents and bad pieces have begun. */
  documents: number;
  readonly maxBytes: number;
  scan: Scan | undefined;
  /** Whether a piece is passed over that was too long to be kept. */
  isSkipping: boolean;
  /** Bytes that belong to something by now, and those that were looked at in vain. */
  taken: number;
  wasted: number;
}

/** A scanner at the beginning of a line, before its first byte. */
export function lineScanner(line: number, maxBytes: number): LineScanner {
  return {
    bytes: new Uint8Array(),
    at: 0,
    isEnded: false,
    line,
    documents: 0,
    maxBytes,
    scan: undefined,
    isSkipping: false,
    taken: 0,
    wasted: 0,
  };
}

/** What comes next in a line: a document or bad piece, its end, or nothing before there are more bytes. */
export type NextPiece = LakeDocument | 'line_end' | 'wait';

/** How often, in all, a byte may be looked at again to find out what a broken document has swallowed. */
const MAX_LOOKS = 8;

/**
 * Takes the next document of a line. One that is not closed, or not JSON, is bad up to the place where another may begin
 * ({@link nextBeginning}), or to the line end; so little is lost where a record breaks off and others follow it
 * without a line end. A bad piece of more than `maxBytes` is only told of.
 */
export function takePiece(scanner: LineScanner): NextPiece {
  if (scanner.isSkipping) return skip(scanner);
  const { bytes } = scanner;
  if (scanner.scan === undefined) while (isSeparator(bytes[scanner.at])) advance(scanner, scanner.at + 1);
  if (scanner.at >= bytes.length) return scanner.isEnded ? 'line_end' : 'wait';
  if (bytes[scanner.at] === NEWLINE) return 'line_end';
  return isOpening(bytes[scanner.at]) ? takeDocument(scanner) : takeStray(scanner);
}

function takeDocument(scanner: LineScanner): NextPiece {
  const { bytes, at: from } = scanner;
  const limit = from + scanner.maxBytes;
  const end = Math.min(bytes.length, limit, isSpent(scanner) ? beginningOrEnd(scanner) : limit);
  const scan = (scanner.scan ??= { at: from, depth: 0, isInString: false });
  const outcome = scanDocument(bytes, scan, end);
  if (outcome === 'open' && end === bytes.length && end < limit && !scanner.isEnded) return 'wait';
  scanner.scan = undefined;
  if (outcome === 'open') return takeBroken(scanner, end);
  if (outcome === 'line_end') return takeBroken(scanner, scan.at);
  const place = { unit: 'line', number: scanner.line, document: scanner.documents + 1 } as const;
  const document = readJson(bytes.subarray(from, scan.at), place);
  if (!document.ok) return takeBroken(scanner, scan.at);
  scanner.documents += 1;
  advance(scanner, scan.at);
  return document;
}

/** Text that does not begin as a document does. */
function takeStray(scanner: LineScanner): NextPiece {
  const { bytes, at: from } = scanner;
  const limit = from + scanner.maxBytes;
  const known = Math.min(bytes.length, limit);
  const beginning = nextBeginning(bytes, from + 1, known);
  const newline = bytes.subarray(from, beginning === -1 ? known : beginning).indexOf(NEWLINE);
  if (newline !== -1) return takeBroken(scanner, from + newline);
  if (beginning !== -1) return takeBroken(scanner, beginning);
  return known < limit && !scanner.isEnded ? 'wait' : takeBroken(scanner, known);
}

/** @param lookedTo up to where it can be said that what begins here is broken: a line end, the end, or the limit */
function takeBroken(scanner: LineScanner, lookedTo: number): NextPiece {
  const { bytes, at: from } = scanner;
  const beginning = nextBeginning(bytes, from + 1, lookedTo);
  const isTooLong = beginning === -1 && lookedTo - from >= scanner.maxBytes;
  scanner.documents += 1;
  if (isTooLong) {
    // A beginning may lie across the limit.
    advance(scanner, Math.max(from + 1, lookedTo - BEGINNING_BYTES));
    scanner.isSkipping = true;
    return skip(scanner);
  }
  const end = beginning === -1 ? lookedTo : beginning;
  scanner.wasted += lookedTo - end;
  advance(scanner, end);
  const place = { unit: 'line', number: scanner.line, document: scanner.documents } as const;
  return badBytes(place, bytes.subarray(from, end));
}

function skip(scanner: LineScanner): NextPiece {
  const { bytes, at } = scanner;
  const newline = bytes.subarray(at).indexOf(NEWLINE);
  const lineEnd = newline === -1 ? bytes.length : at + newline;
  const beginning = nextBeginning(bytes, at + 1, lineEnd);
  if (beginning === -1 && newline === -1 && !scanner.isEnded) {
    advance(scanner, Math.max(at, bytes.length - BEGINNING_BYTES));
    return 'wait';
  }
  advance(scanner, beginning === -1 ? lineEnd : beginning);
  scanner.isSkipping = false;
  const place = { unit: 'line', number: scanner.line, document: scanner.documents } as const;
  return badDocument(place, { reason: 'invalid_event', detail: tooLong(scanner.maxBytes) });
}

function tooLong(maxBytes: number): string {
  return `the record is longer than ${maxBytes / 1024 ** 2} MiB`;
}

function advance(scanner: LineScanner, to: number): void {
  scanner.taken += to - scanner.at;
  scanner.at = to;
}

/** Whether so much was looked at in vain that broken documents are believed to end where another may begin. */
function isSpent({ wasted, taken, maxBytes }: LineScanner): boolean {
  return wasted > MAX_LOOKS * (taken + maxBytes);
}

function beginningOrEnd({ bytes, at }: LineScanner): number {
  const beginning = nextBeginning(bytes, at + 1, bytes.length);
  return beginning === -1 ? bytes.length : beginning;
}
