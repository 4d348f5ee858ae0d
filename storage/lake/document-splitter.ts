import { NEWLINE, isSeparator } from './json-scan.ts';
import type { LakeDocument } from './lake-document.ts';
import { lineScanner, takePiece, type LineScanner } from './line-scanner.ts';
import { readJson } from './read-json.ts';

/** Finds the documents in bytes that come in pieces. */
export interface DocumentSplitter {
  /** The documents that these bytes complete. */
  push(chunk: Uint8Array): LakeDocument[];
  /** The documents that the end of the object completes. */
  end(): LakeDocument[];
}

export interface SplitterLimits {
  /** A longer document is only told of. @default - 2 MiB */
  readonly maxBytes?: number;
  /** A line up to this length is taken for one document first. @default - 64 KiB */
  readonly shortBytes?: number;
}

const MAX_BYTES = 2 * 1024 * 1024;
const SHORT_BYTES = 64 * 1024;

interface State extends Required<SplitterLimits> {
  /** From the first byte that belongs to nothing yet. */
  bytes: Uint8Array;
  at: number;
  line: number;
  isEnded: boolean;
  /** The line that is being read piece by piece, because it is long. */
  scanner: LineScanner | undefined;
}

/**
 * Splits an object of the lake into its documents, in memory that does not depend on its size or on that of its lines:
 * JSON lines, documents one behind the other without anything between them, and such with commas. However the bytes
 * are cut into chunks, the documents are the same.
 *
 * A line end ends every document. A short line that is not one document and holds none is one bad document; else what
 * is no document is bad piece by piece, see {@link takePiece}.
 */
export function documentSplitter({
  maxBytes = MAX_BYTES,
  shortBytes = SHORT_BYTES,
}: SplitterLimits = {}): DocumentSplitter {
  const state: State = {
    maxBytes,
    shortBytes,
    bytes: new Uint8Array(),
    at: 0,
    line: 1,
    isEnded: false,
    scanner: undefined,
  };
  return {
    push(chunk) {
      append(state, chunk);
      return takeDocuments(state);
    },
    end() {
      state.isEnded = true;
      return takeDocuments(state);
    },
  };
}

function append(state: State, chunk: Uint8Array): void {
  const { scanner } = state;
  const from = scanner?.at ?? state.at;
  const rest = state.bytes.subarray(from);
  // Of a Buffer bytes are found several times as fast.
  state.bytes =
    rest.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) : Buffer.concat([rest, chunk]);
  state.at = 0;
  if (scanner === undefined) return;
  if (scanner.scan !== undefined) scanner.scan.at -= from;
  scanner.at = 0;
}

function takeDocuments(state: State): LakeDocument[] {
  const documents: LakeDocument[] = [];
  while (state.scanner === undefined ? takeLine(state, documents) : takePieces(state, state.scanner, documents));
  return documents;
}

/** @returns whether there may be more in the bytes that have come */
function takeLine(state: State, documents: LakeDocument[]): boolean {
  const { bytes, at, shortBytes, isEnded } = state;
  if (at >= bytes.length) return false;
  const newline = bytes.indexOf(NEWLINE, at);
  const end = newline === -1 ? bytes.length : newline;
  if (end - at > shortBytes) {
    state.scanner = { ...lineScanner(state.line, state.maxBytes), at };
    return true;
  }
  if (newline === -1 && !isEnded) return false;
  if (end > at) readLine(state, bytes.subarray(at, end), documents);
  state.at = end + 1;
  state.line += 1;
  return true;
}

function readLine({ line, maxBytes }: State, bytes: Uint8Array, documents: LakeDocument[]): void {
  let [from, to] = [0, bytes.length];
  while (isSeparator(bytes[from])) from++;
  while (to > from && isSeparator(bytes[to - 1])) to--;
  if (from >= to) return;
  const whole = readJson(bytes.subarray(from, to), { unit: 'line', number: line, document: 1 });
  if (whole.ok) {
    documents.push(whole);
    return;
  }
  const pieces = piecesOf({ ...lineScanner(line, maxBytes), bytes: bytes.subarray(from, to), isEnded: true });
  if (pieces.some(({ ok }) => ok)) documents.push(...pieces);
  else documents.push({ ...whole, sizeBytes: bytes.length, data: () => bytes });
}

function piecesOf(scanner: LineScanner): LakeDocument[] {
  const pieces: LakeDocument[] = [];
  for (;;) {
    const piece = takePiece(scanner);
    if (piece === 'line_end' || piece === 'wait') return pieces;
    pieces.push(piece);
  }
}

/** @returns whether the line has ended, and there may be others in the bytes that have come */
function takePieces(state: State, scanner: LineScanner, documents: LakeDocument[]): boolean {
  Object.assign(scanner, { bytes: state.bytes, isEnded: state.isEnded });
  for (;;) {
    const piece = takePiece(scanner);
    if (piece === 'wait') return false;
    if (piece === 'line_end') break;
    documents.push(piece);
  }
  state.at = scanner.at + 1;
  state.line += 1;
  state.scanner = undefined;
  return true;
}
