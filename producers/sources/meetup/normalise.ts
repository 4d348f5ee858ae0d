import * as z from 'zod';

import { parseHashtags } from '../../../core/hashtags.ts';
import { draftEvent } from '../../network/draft-event.ts';
import { isoTimeOf, maybe, metric } from '../../network/loose.ts';
import type { Normalise, Normalised } from '../../network/network.ts';
import { GroupPlaceSchema, placeOf, VenuesSchema } from './place.ts';
import { addressesIn, plainText } from './plain-text.ts';

const Text = maybe(z.string().trim().min(1));
const Id = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\s\p{Cc}\p{Cs}]+$/u);

const GroupSchema = GroupPlaceSchema.extend({
  id: maybe(Id),
  urlname: Text,
  topicCategory: maybe(z.object({ name: Text })),
});

/** `Event` of the schema (https://www.meetup.com/api/schema), as far as it is used. */
const EventSchema = z.object({
  id: maybe(Id),
  token: maybe(Id),
  title: z.string(),
  description: maybe(z.string()),
  eventUrl: maybe(z.url({ protocol: /^https?$/ })),
  createdTime: maybe(z.string()),
  status: Text,
  venues: VenuesSchema,
  group: maybe(GroupSchema),
  rsvps: maybe(z.object({ yesCount: metric })),
});
type MeetupEvent = z.infer<typeof EventSchema>;

const CANCELLED = new Set(['CANCELLED', 'CANCELLED_PERM', 'AUTOSCHED_CANCELLED', 'BLOCKED']);
/** Not announced, and perhaps never. */
const DRAFTS = new Set(['DRAFT', 'AUTOSCHED_DRAFT', 'PENDING', 'PROPOSED', 'TEMPLATE']);

/**
 * What an event of Meetup means. Its time is when it was created; one that does not say so is left out, as every other
 * time of it changes, and two observations with different times would be counted as two events. Its cancellation is
 * passed on nevertheless: the time is that of the event that was sent.
 */
export const normaliseMeetup: Normalise = (payload, { observedAt }) => {
  const event = EventSchema.safeParse(payload);
  const name = event.data?.token ?? event.data?.id;
  if (!event.success || name === undefined) return { kind: 'rejected', reason: 'not an event of Meetup' };
  const id = `meetup:${name}`;
  const { status = '', createdTime } = event.data;
  const createdAt = isoTimeOf(createdTime);
  if (CANCELLED.has(status)) return { kind: 'delete', id, createdAt };
  if (DRAFTS.has(status)) return { kind: 'ignored', what: 'events not announced' };
  if (createdAt === undefined) return { kind: 'ignored', what: 'events without a time of creation' };
  return eventOf(event.data, { id, createdAt, observedAt });
};

interface Origin {
  readonly id: string;
  readonly createdAt: string;
  readonly observedAt: string;
}

function eventOf(event: MeetupEvent, { id, createdAt, observedAt }: Origin): Normalised {
  const { group, description = '', venues } = event;
  const title = event.title.trim();
  const text = [title, plainText(description)].filter((part) => part !== '').join('\n\n');
  return draftEvent({
    id,
    source: 'meetup',
    kind: 'event',
    created_at: createdAt,
    observed_at: observedAt,
    text,
    title,
    url: event.eventUrl,
    author: authorOf(group),
    metrics: { rsvps: event.rsvps?.yesCount },
    hashtags: parseHashtags(text),
    urls: addressesIn(description),
    place: placeOf(venues, group),
    category: group?.topicCategory?.name,
  });
}

function authorOf(group: MeetupEvent['group']) {
  if (group?.id === undefined) return undefined;
  return { id: group.id, handle: group.urlname, name: group.name, location: group.city };
}
