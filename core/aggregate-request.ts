import * as z from 'zod';

import { minuteStartMs, WINDOW_NAMES } from './windows.ts';

const Minute = z.string().refine(isMinute, 'must be a minute such as 2026-11-20T17:38');

function isMinute(text: string): boolean {
  try {
    return minuteStartMs(text) >= 0;
  } catch {
    return false;
  }
}

/** What a person asks of an aggregation: the windows at `from` to the one at `to` (minutes, both included), now. */
export const AggregateRequestSchema = z.object({ from: Minute, to: Minute });

/** What the schedule sends; the emulator leaves the placeholder in it as it is, so the time is not read. */
const ScheduleSchema = z.object({ scheduled_time: z.string() });

/** What an aggregation is invoked with. */
export const AggregateEventSchema = z.union([AggregateRequestSchema, ScheduleSchema]);

export type AggregateRequest = z.infer<typeof AggregateRequestSchema>;

/**
 * What became of a window that a person asked for: `finished`; `empty` where nothing was said; `open` where it has
 * not ended (readers compute it as they look); `too-late` where it accepts no changes any more; `busy` where others
 * were writing it or time ran out (it is marked, the schedule finishes it).
 */
const AggregatedWindowSchema = z.object({
  window: z.enum(WINDOW_NAMES),
  key_datetime: z.string(),
  status: z.enum(['finished', 'empty', 'open', 'too-late', 'busy']),
  events: z.int().optional(),
  keywords: z.int().optional(),
  changed: z.boolean().optional(),
});

/** The answer: one entry per window asked for, oldest first; for the schedule the windows it finished. */
export const AggregateAnswerSchema = z.object({ windows: z.array(AggregatedWindowSchema), marks_waiting: z.int() });

export type AggregatedWindow = z.infer<typeof AggregatedWindowSchema>;
export type AggregateAnswer = z.infer<typeof AggregateAnswerSchema>;
