import { badDocument, type DocumentPlace, type LakeDocument } from './lake-document.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads bytes as one JSON document; what is none is kept whole, with the reason. */
export function readJson(data: Uint8Array, place: DocumentPlace): LakeDocument {
  let text: string;
  try {
    text = utf8.decode(data);
  } catch {
    return badDocument(place, { reason: 'not_utf8', detail: 'it is not UTF-8', data });
  }
  try {
    const value: unknown = JSON.parse(text);
    return { ok: true, place, value, sizeBytes: data.byteLength, data: () => data };
  } catch {
    return badDocument(place, { reason: 'not_json', detail: 'it is not JSON', data });
  }
}
