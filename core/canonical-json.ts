import canonicalize from 'canonicalize';

import type { SocialEvent } from './social-event.ts';

/**
 * The canonical JSON (RFC 8785) of a value: equal values give equal text, whatever the order of their fields.
 * @throws Error for what JSON cannot express: NaN, a lone surrogate
 */
export function canonicalJson(value: object): string {
  const ordered = inOrder(value);
  // JSON.stringify writes numbers and texts as the standard has them, several times as fast as the library.
  const json = ordered === UNUSUAL ? undefined : JSON.stringify(ordered);
  // Most texts escape nothing by number, and finding a fixed text is faster than an expression.
  if (json !== undefined && !(json.includes('\\u') && ESCAPED_SURROGATE.test(json))) return json;
  const canonical = canonicalize(value);
  if (canonical === undefined) throw new TypeError('only JSON values have a canonical form');
  return canonical;
}

/**
 * The canonical JSON of an event without `raw`, which only the lake keeps: what names its row.
 * @throws Error if it has none: half a character, or a number beyond all bounds
 */
export function canonicalEvent({ raw: _, ...event }: SocialEvent): string {
  return canonicalJson(event);
}

/** Whether an event has a canonical form, without which it has no row. */
export function hasCanonicalForm(event: SocialEvent): boolean {
  try {
    canonicalEvent(event);
    return true;
  } catch {
    return false;
  }
}

const UNUSUAL = Symbol('a value that is left to the library');
const ESCAPED_SURROGATE = /\\u[dD][89a-fA-F]/;

/** A copy whose fields are in order; UNUSUAL where a copy would not be the same value or not keep the order. */
function inOrder(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return UNUSUAL;
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? listInOrder(value) : fieldsInOrder(value as Record<string, unknown>);
}

function listInOrder(list: readonly unknown[]): unknown {
  const copy: unknown[] = [];
  for (const item of list) {
    const ordered = inOrder(item);
    if (ordered === UNUSUAL) return UNUSUAL;
    copy.push(ordered);
  }
  return copy;
}

function fieldsInOrder(fields: Readonly<Record<string, unknown>>): unknown {
  if ('toJSON' in fields) return UNUSUAL;
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(fields).toSorted()) {
    if (isOrderedByEngine(name)) return UNUSUAL;
    const ordered = inOrder(fields[name]);
    if (ordered === UNUSUAL) return UNUSUAL;
    copy[name] = ordered;
  }
  return copy;
}

/** Objects enumerate names that are numbers first, whatever the order in which they were set; `__proto__` sets none. */
function isOrderedByEngine(name: string): boolean {
  const first = name.charCodeAt(0);
  return (first >= 48 && first <= 57) || name === '__proto__';
}
