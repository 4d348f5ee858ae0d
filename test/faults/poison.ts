import type { RejectionReason } from '../../core/parse-event.ts';
import type { Random } from '../../producers/sources/generator/random.ts';
import { makePost } from '../support/make-event.ts';

/** A record that holds no event, and why. */
export interface Poison {
  readonly data: Uint8Array;
  readonly reason: RejectionReason;
}

/** Earlier than any run begins, and not too late in any. */
const TIMES = { created_at: '2026-11-20T12:00:00.000Z', observed_at: '2026-11-20T12:00:05.000Z' };

/** Draws a record that every consumer has to reject, whenever it arrives. */
export function drawPoison(random: Random): Poison {
  const mark = random.below(1_000_000);
  return random.pick<() => Poison>([
    () => ({ reason: 'not_utf8', data: Buffer.from([0x22, 0xff, 0xfe, mark % 256, 0x22]) }),
    () => ({ reason: 'not_json', data: Buffer.from(`{"v":1,"cut":${mark}`) }),
    () => ({ reason: 'unsupported_version', data: json({ ...makePost(TIMES), v: 2, mark }) }),
    () => ({ reason: 'invalid_event', data: json({ ...makePost(TIMES), metrics: { likes: -1 }, mark }) }),
    () => ({ reason: 'invalid_event', data: json({ ...makePost(TIMES), id: `reddit:${mark}` }) }),
    () => ({
      reason: 'created_before_2006',
      data: json({ ...makePost(TIMES), created_at: '2005-12-31T23:59:59.999Z', mark }),
    }),
    () => ({
      reason: 'created_in_future',
      data: json({ ...makePost(TIMES), created_at: '2026-12-24T00:00:00.000Z', mark }),
    }),
    () => ({
      reason: 'observed_in_future',
      data: json({ ...makePost(TIMES), observed_at: '2027-01-01T00:00:00.000Z', mark }),
    }),
    () => ({ reason: 'row_too_large', data: json({ ...makePost(TIMES), ...tooLarge(random) }) }),
  ])();
}

/** More than 400 kB that cannot be compressed. */
function tooLarge(random: Random): object {
  return { urls: Array.from({ length: 60_000 }, () => random.next().toString(36)) };
}

function json(value: object): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
