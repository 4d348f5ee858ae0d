import { hash } from 'node:crypto';

import { canonicalEvent } from '../core/canonical-json.ts';
import { isDelete, type SocialEvent } from '../core/social-event.ts';

/**
 * What names an observation: id, `#`, `observed_at`, `#`, 1 for a delete else 0, 16 hex digits of the event's hash. Of
 * one id the greatest wins.
 * @param canonical the event as {@link canonicalEvent} writes it, where that is known
 * @throws Error if the event has no canonical form: half a character, or a number beyond all bounds
 */
export function eventKey(event: SocialEvent, canonical = canonicalEvent(event)): string {
  const digits = hash('sha256', canonical).slice(0, 16);
  return `${event.id}#${event.observed_at}#${isDelete(event) ? 1 : 0}${digits}`;
}
