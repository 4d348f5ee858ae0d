import * as fc from 'fast-check';

/** Values that stand where something else should. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(null, true, '', 0, -1, 1.5, 1e300, [], {}, [null], [{}], '\ud83d', '\u0000'),
  fc.constantFrom<unknown>('x'.repeat(5_000), Array.from({ length: 2_000 }, String), '0001-01-01'),
  fc.jsonValue(),
);

/** One change: what stands at a place is replaced, taken away, or doubled. */
interface Change {
  readonly at: number;
  readonly how: 'replace' | 'remove' | 'wrap';
  readonly value: unknown;
}

/** Payloads like these, each changed in one to four places at any depth. */
export function mutated(payloads: readonly unknown[]): fc.Arbitrary<unknown> {
  const change: fc.Arbitrary<Change> = fc.record({
    at: fc.nat(200),
    how: fc.constantFrom('replace', 'remove', 'wrap'),
    value: odd,
  });
  return fc
    .tuple(fc.constantFrom(...payloads), fc.array(change, { minLength: 1, maxLength: 4 }))
    .map(([payload, changes]) => changes.reduce(changed, structuredClone(payload)));
}

function changed(payload: unknown, { at, how, value }: Change): unknown {
  const places = placesOf(payload);
  const place = places[at % Math.max(1, places.length)];
  if (place === undefined) return structuredClone(value);
  const [owner, name] = place;
  if (how === 'remove') Reflect.deleteProperty(owner, name);
  else Reflect.set(owner, name, how === 'wrap' ? [Reflect.get(owner, name)] : structuredClone(value));
  return payload;
}

/** Every object of a payload with the name of each of its fields. */
function placesOf(value: unknown): [object, string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => [[value, name] as [object, string], ...placesOf(each)]);
}
