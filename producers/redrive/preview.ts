const SHOWN = 60;
/** A character takes at most four bytes. */
const SHOWN_BYTES = SHOWN * 4;

/**
 * The first 60 characters of a record, between quotes. Characters that a terminal would obey, or would not show (control,
 * direction, line ends), are written as `\u` and four digits; bytes that are not UTF-8 as U+FFFD.
 */
export function previewOf(data: Uint8Array): string {
  const text = Buffer.from(data.subarray(0, SHOWN_BYTES)).toString('utf8');
  const shown = [...text].slice(0, SHOWN).join('');
  const isWhole = data.byteLength <= SHOWN_BYTES && shown.length === text.length;
  return `"${shown.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, escaped)}"${isWhole ? '' : '…'}`;
}

function escaped(character: string): string {
  const units = character.split('').map((unit) => unit.charCodeAt(0));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
