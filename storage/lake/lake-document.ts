import type { RejectionReason } from '../../core/parse-event.ts';

/** Where a document lies in its object. */
export interface DocumentPlace {
  readonly unit: 'line' | 'row';
  /** Of the line or row, from 1. */
  readonly number: number;
  /** Of the document among those of its line, from 1. */
  readonly document: number;
}

interface Placed {
  readonly place: DocumentPlace;
  /** What it takes in memory, about. */
  readonly sizeBytes: number;
  /** The bytes of it: as they lie in the object, or of a row its JSON; none where it was too long to be kept. */
  readonly data: () => Uint8Array;
}

/** A document that is JSON: an event as it was sent, a row of the lake, or something else. */
export interface GoodDocument extends Placed {
  readonly ok: true;
  readonly value: unknown;
}

/** A piece of an object that is no document; `detail` never holds what is in it. */
export interface BadDocument extends Placed {
  readonly ok: false;
  readonly reason: RejectionReason;
  readonly detail: string;
}

/** What lies at one place of an object of the lake. */
export type LakeDocument = GoodDocument | BadDocument;

const NO_BYTES = new Uint8Array();

/** A place for people: `line 3`, `line 3, document 2`, `row 7`. */
export function placeText({ unit, number, document }: DocumentPlace): string {
  return document === 1 ? `${unit} ${number}` : `${unit} ${number}, document ${document}`;
}

/** A place as part of a key: `3`, `3-2`. */
export function placeKey({ number, document }: DocumentPlace): string {
  return document === 1 ? String(number) : `${number}-${document}`;
}

/** A piece that is no document. */
export function badDocument(
  place: DocumentPlace,
  { reason, detail, data }: Pick<BadDocument, 'reason' | 'detail'> & { readonly data?: Uint8Array },
): BadDocument {
  return { ok: false, place, reason, detail, sizeBytes: data?.byteLength ?? 0, data: () => data ?? NO_BYTES };
}
