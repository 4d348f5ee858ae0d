import * as fc from 'fast-check';

import { encodeEvent } from '../../../producers/encode-event.ts';
import type { Normalise, Normalised } from '../../../producers/network/network.ts';
import { mutated } from './mutated.ts';

/** When the fixtures were received. */
export const OBSERVED_AT = '2026-11-20T17:40:00.000Z';

/** The event that a payload comes to. @throws Error if it comes to none, or to one that no consumer takes */
export function eventOf(normalise: Normalise, payload: unknown, observedAt: string = OBSERVED_AT): object {
  const normalised = normalise(payload, { observedAt });
  if (normalised.kind !== 'event') throw new Error(`comes to ${JSON.stringify(normalised)}`);
  const encoded = encodeEvent(normalised.event, Date.parse(observedAt));
  if (!encoded.ok) throw new Error(`is refused: ${encoded.reason}`);
  return encoded.event;
}

/**
 * Whatever a payload is, it comes to an event, a delete, or a counted rejection; nothing is thrown, and the same
 * payload comes to the same.
 */
export function checkNormalise(normalise: Normalise, payloads: readonly unknown[]): void {
  fc.assert(
    fc.property(mutated(payloads), (payload) => {
      const normalised = normalise(payload, { observedAt: OBSERVED_AT });
      const again = normalise(payload, { observedAt: OBSERVED_AT });
      if (JSON.stringify(normalised) !== JSON.stringify(again)) throw new Error('differs the second time');
      isCounted(normalised);
    }),
    { numRuns: 2_000 },
  );
}

function isCounted(normalised: Normalised): void {
  if (normalised.kind === 'event') encodeEvent(normalised.event, Date.parse(OBSERVED_AT));
  const word =
    normalised.kind === 'ignored' ? normalised.what : normalised.kind === 'rejected' ? normalised.reason : '';
  // A word out of a payload would be a counter of its own.
  if (word.length > 60) throw new Error(`is not one of a few words: ${word}`);
}
