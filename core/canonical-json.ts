import canonicalize from 'canonicalize';

/** The canonical JSON (RFC 8785) of a value: equal values give equal text, whatever the order of their fields. */
export function canonicalJson(value: object): string {
  const json = canonicalize(value);
  if (json === undefined) throw new TypeError('only JSON values have a canonical form');
  return json;
}
