import * as z from 'zod';

import { maybe } from '../../network/loose.ts';

const OutlineSchema = z.object({
  meta: maybe(z.object({ id: maybe(z.string()), dt: maybe(z.string()) })),
  bot: maybe(z.boolean()),
});

/** What the reader looks at in an event, whatever it means. */
export interface Outline {
  /** The same for every copy of the event; undefined if it does not say. */
  readonly key: string | undefined;
  /** Epoch milliseconds; NaN if it does not say. */
  readonly timeMs: number;
  readonly isBot: boolean;
}

/** Reads it; of anything but an event, nothing is known. */
export function outlineOf(payload: unknown): Outline {
  const { meta, bot } = OutlineSchema.safeParse(payload).data ?? {};
  return { key: meta?.id, timeMs: Date.parse(meta?.dt ?? ''), isBot: bot === true };
}
