import { isUtf8 } from 'node:buffer';

import { badDocument, type BadDocument, type DocumentPlace, type LakeDocument } from './lake-document.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads bytes as one JSON document; what is none is kept whole, with the reason. */
export function readJson(data: Uint8Array, place: DocumentPlace): LakeDocument {
  try {
    const value: unknown = JSON.parse(utf8.decode(data));
    return { ok: true, place, value, sizeBytes: data.byteLength, data: () => data };
  } catch {
    return badBytes(place, data);
  }
}

/** Bytes that are known to be no JSON document, with the reason. */
export function badBytes(place: DocumentPlace, data: Uint8Array): BadDocument {
  return isUtf8(data)
    ? badDocument(place, { reason: 'not_json', detail: 'the record is not JSON', data })
    : badDocument(place, { reason: 'not_utf8', detail: 'the record is not UTF-8', data });
}
