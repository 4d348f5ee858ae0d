import { hasCanonicalForm } from '../core/canonical-json.ts';
import { parseEvent } from '../core/parse-event.ts';
import type { SocialEvent } from '../core/social-event.ts';
import { SetupError } from '../deployment/command-line.ts';
import { eventLines } from '../storage/event-lines.ts';

/** The events of a file, and how many of its lines are none. */
export interface EventFile {
  readonly events: readonly SocialEvent[];
  readonly rejected: number;
}

/**
 * Reads a whole file of events, one JSON document a line, `.gz` or not, empty lines passed over. What is an event is
 * decided as everywhere (`core/parse-event.ts`), and by whether it has a canonical form, without which it has no row.
 * @param nowMs epoch milliseconds; stands for the arrival of the events, which a file does not tell
 * @throws SetupError if the file cannot be read to its end
 */
export async function readEvents(path: string, nowMs: number): Promise<EventFile> {
  const events: SocialEvent[] = [];
  let rejected = 0;
  try {
    for await (const line of eventLines(path)) {
      if (line?.byteLength === 0) continue;
      const parsed = line === undefined ? undefined : parseEvent(line, nowMs);
      if (parsed?.ok === true && hasCanonicalForm(parsed.event)) events.push(parsed.event);
      else rejected += 1;
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SetupError(`${path} cannot be read to its end: ${reason}.`, { cause: error });
  }
  return { events, rejected };
}
