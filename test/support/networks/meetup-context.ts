import type { ReadContext, Received } from '../../../producers/network/network.ts';
import { meetup } from '../../../producers/sources/meetup.ts';
import { readPreset, type PresetInput } from '../../../presets/preset-schema.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { drive } from './drive.ts';
import { impatientHttp } from './impatient-http.ts';
import type { MeetupNode } from './meetup-search.ts';
import type { MeetupServer } from './meetup-server.ts';
import { CLIENT } from './meetup-tokens.ts';
import { readContext, take, type TestContext } from './read-context.ts';

/** A context to read the double of Meetup with: one place, one topic, two days. */
export interface MeetupContext extends TestContext {
  /** Reads until so many payloads have come; fewer if it ends before. */
  take(count: number): ReturnType<typeof take>;
  /** Reads so many payloads more; one reader, however often this is called. */
  next(count: number): Promise<Received[]>;
  /** Runs work that talks to the server by virtual time. */
  drive<T>(work: Promise<T>): Promise<T>;
}

/** What a producer was told to keep outlives it: a context of a new one is given what the old one has kept. */
export type Kept = Record<string, string>;

export function keptTokens(refreshToken: string): Kept {
  return {
    MEETUP_CLIENT_ID: CLIENT.id,
    MEETUP_CLIENT_SECRET: CLIENT.secret,
    MEETUP_REFRESH_TOKEN: refreshToken,
  };
}

export function presetWith(overrides: Partial<PresetInput> = {}): ReadContext['preset'] {
  return readPreset({
    name: 'test',
    description: 'a test',
    sources: ['meetup'],
    topics: [{ name: 'cats', keywords: ['cat'] }],
    places: [{ name: 'Berlin', lat: 52.52, lon: 13.4, radiusKm: 50 }],
    ...overrides,
  });
}

export function meetupContext(
  server: MeetupServer,
  clock: VirtualClock,
  { kept = keptTokens('refresh-0'), ...overrides }: Partial<ReadContext> & { kept?: Kept } = {},
): MeetupContext {
  const { http, pending } = impatientHttp(clock);
  const test = readContext(clock, {
    preset: presetWith(),
    addresses: { MEETUP_API_URL: server.url, MEETUP_AUTH_URL: server.url },
    credentials: { values: { ...kept }, renew: async (name, value) => void (kept[name] = value) },
    flags: { days: '2' },
    http,
    ...overrides,
  });
  const driveWork = <T>(work: Promise<T>): Promise<T> => drive(clock, work, () => pending() === server.hanging());
  const reader = meetup.read(test.context)[Symbol.asyncIterator]();
  const next = async (count: number): Promise<Received[]> => {
    const received: Received[] = [];
    while (received.length < count) {
      const { value, done } = await reader.next();
      if (done === true) break;
      if (value.payload !== undefined) received.push(value);
    }
    return received;
  };
  return {
    ...test,
    drive: driveWork,
    next: (count) => driveWork(next(count)),
    take: (count) => driveWork(take(meetup, test.context, count)),
  };
}

/** An event about cats in Berlin, `number` minutes past noon of a day. */
export function catEvent(number: number, overrides: Partial<MeetupNode> = {}): MeetupNode {
  return {
    id: `cat-${number}`,
    title: `Cat meeting ${number}`,
    eventUrl: `https://www.meetup.com/cats/events/cat-${number}/`,
    description: 'Bring **yours**.',
    createdTime: '2026-11-01T07:54:50-04:00',
    dateTime: `2026-11-20T12:${String(number % 60).padStart(2, '0')}:00+00:00`,
    status: 'ACTIVE',
    eventType: 'PHYSICAL',
    venues: [{ name: 'Hall', city: 'Berlin', country: 'de', lat: 52.53, lon: 13.38, venueType: '' }],
    group: { id: '1', name: 'Cats of Berlin', urlname: 'cats', topicCategory: { name: 'Pets' } },
    rsvps: { totalCount: 3, yesCount: 2, waitlistCount: 1 },
    ...overrides,
  };
}

/** So many of them. */
export function catEvents(count: number): MeetupNode[] {
  return Array.from({ length: count }, (_, number) => catEvent(number));
}

export function idsOf(received: readonly Received[]): unknown[] {
  return received.map(({ payload }) => Reflect.get(Object(payload), 'id'));
}
