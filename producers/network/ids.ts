/**
 * Orders ids by age, older ones first: they are decimal numbers of any length, beyond 2^53 as well, or texts of one
 * length. An empty text is before every id.
 */
export function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : Number(a > b));
}
