import * as z from 'zod';

import { jsonOrUndefined } from '../../network/json.ts';
import { maybe } from '../../network/loose.ts';

const PlaceSchema = z.array(
  z.object({ topic: z.string(), partition: z.int(), offset: maybe(z.int()), timestamp: maybe(z.int()) }),
);
type Place = z.infer<typeof PlaceSchema>;

/**
 * An event has the time after that of its predecessor as its id: others of the same millisecond, or ones that were
 * stored out of order, come only to those who go back a little (https://github.com/wikimedia/KafkaSSE).
 */
const REWIND_MS = 5_000;

/**
 * The header `Last-Event-ID` that goes on after an event. A topic without events so far is read from the time of the
 * others on, not from the present moment. An id of another form is left as it is.
 */
export function rewound(id: string): string {
  const place = parsePlace(id);
  const latestMs = latestOf(place);
  if (latestMs === undefined) return id;
  return JSON.stringify(
    place.map(({ topic, partition, offset = -1, timestamp = latestMs }) =>
      offset >= 0 ? { topic, partition, offset } : { topic, partition, timestamp: timestamp - REWIND_MS },
    ),
  );
}

/** When the event with an id was stored, in epoch milliseconds; undefined if its id does not say. */
export function timeOfId(id: string): number | undefined {
  return latestOf(parsePlace(id));
}

/** The time from which nothing is left out that came after the event with an id, as far as the id says one. */
export function rewoundTimeOf(id: string): number | undefined {
  const timeMs = timeOfId(id);
  return timeMs === undefined ? undefined : timeMs - REWIND_MS;
}

function parsePlace(id: string): Place {
  return PlaceSchema.safeParse(jsonOrUndefined(id)).data ?? [];
}

function latestOf(place: Place): number | undefined {
  const times = place.flatMap(({ timestamp }) => timestamp ?? []);
  return times.length === 0 ? undefined : Math.max(...times);
}
