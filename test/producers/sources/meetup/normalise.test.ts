import { describe, expect, test } from 'vitest';

import { normaliseMeetup } from '../../../../producers/sources/meetup/normalise.ts';
import { checkNormalise, eventOf, OBSERVED_AT } from '../../../support/networks/check-normalise.ts';

const VENUE = {
  id: '26632228',
  name: 'Hall',
  address: 'Str. 1',
  city: 'Berlin',
  state: '',
  postalCode: '10115',
  country: 'de',
  lat: 52.53,
  lon: 13.38,
  venueType: '',
};

const GROUP = {
  id: '32612004',
  name: 'AWS Berlin',
  urlname: 'aws-berlin',
  city: 'Berlin',
  state: '',
  country: 'de',
  lat: 52.52,
  lon: 13.4,
  timezone: 'Europe/Berlin',
  topicCategory: { id: '546', name: 'Technology', urlkey: 'technology' },
};

const EVENT = {
  id: '311527696',
  title: 'Streaming with Kinesis',
  eventUrl: 'https://www.meetup.com/aws-berlin/events/311527696/',
  description: '**Bring** a [laptop](https://example.org/laptop). #aws',
  createdTime: '2026-11-01T07:54:50-04:00',
  dateTime: '2026-12-09T19:00:00+01:00',
  endTime: '2026-12-09T21:00:00+01:00',
  duration: 'PT2H',
  status: 'ACTIVE',
  eventType: 'PHYSICAL',
  venues: [VENUE],
  group: GROUP,
  topics: { edges: [{ node: { id: '15167', name: 'Cloud Computing', urlkey: 'cloud-computing' } }] },
  rsvps: { totalCount: 26, yesCount: 24, waitlistCount: 2 },
};

/** Online, of no group, and cancelled. */
const BARE = {
  id: 'abcdefgqbcdb',
  title: 'Online',
  eventUrl: 'https://www.meetup.com/g/events/abcdefgqbcdb/',
  description: '',
  createdTime: null,
  dateTime: '2026-12-10T12:00:00-05:00',
  endTime: null,
  duration: 'PT1H',
  status: 'CANCELLED',
  eventType: 'ONLINE',
  venues: [],
  group: null,
  topics: { edges: [] },
  rsvps: { totalCount: 0, yesCount: null, waitlistCount: null },
};

const HOME = { city: 'Berlin', country: 'DE', lat: 52.52, lon: 13.4 };
/** What Meetup says of every online event. */
const NOWHERE = { ...VENUE, name: 'Online event', city: '', country: '', lat: -8.521147, lon: 179.1962 };

const normalise = (payload: unknown) => normaliseMeetup(payload, { observedAt: OBSERVED_AT });
const event = (fields: object): object => eventOf(normaliseMeetup, { ...EVENT, ...fields });

describe('an event of Meetup', () => {
  test('is an event with all that it says; its time is that of its creation', () => {
    expect(event({})).toEqual({
      v: 1,
      id: 'meetup:311527696',
      source: 'meetup',
      kind: 'event',
      created_at: '2026-11-01T11:54:50.000Z',
      observed_at: OBSERVED_AT,
      text: 'Streaming with Kinesis\n\nBring a laptop. #aws',
      title: 'Streaming with Kinesis',
      url: 'https://www.meetup.com/aws-berlin/events/311527696/',
      author: { id: '32612004', handle: 'aws-berlin', name: 'AWS Berlin', location: 'Berlin' },
      metrics: { rsvps: 24 },
      tags: [],
      hashtags: ['aws'],
      mentions: [],
      urls: ['https://example.org/laptop'],
      media: [],
      annotations: [],
      place: { name: 'Hall', city: 'Berlin', country: 'DE', lat: 52.53, lon: 13.38 },
      category: 'Technology',
    });
  });

  test('leaves out what it does not say', () => {
    expect(eventOf(normaliseMeetup, { id: '1', title: 'A', createdTime: EVENT.createdTime })).toEqual({
      v: 1,
      id: 'meetup:1',
      source: 'meetup',
      kind: 'event',
      created_at: '2026-11-01T11:54:50.000Z',
      observed_at: OBSERVED_AT,
      text: 'A',
      title: 'A',
      metrics: {},
      tags: [],
      hashtags: [],
      mentions: [],
      urls: [],
      media: [],
      annotations: [],
    });
  });

  test.each([
    ['an id of letters, as those that recur', { id: 'abcdefgqbcdb' }, { id: 'meetup:abcdefgqbcdb' }],
    ['a token, which is the stable one', { token: 'tok1' }, { id: 'meetup:tok1' }],
    ['no description', { description: null }, { text: 'Streaming with Kinesis', urls: [] }],
    ['half a character', { title: 'a\ud83d', description: null }, { title: 'a\ufffd', text: 'a\ufffd' }],
    ['no numbers', { rsvps: null }, { metrics: {} }],
    ['unknown numbers', { rsvps: { yesCount: null } }, { metrics: {} }],
    ['nobody yet', { rsvps: { yesCount: 0 } }, { metrics: { rsvps: 0 } }],
    ['numbers below zero', { rsvps: { yesCount: -1 } }, { metrics: {} }],
    ['an address that is none', { eventUrl: 'javascript:alert(1)' }, {}],
    ['its end in the past', { status: 'PAST' }, { kind: 'event' }],
    ['a status that nobody knows', { status: 'POSTPONED' }, { kind: 'event' }],
    ['a group without a category', { group: { ...GROUP, topicCategory: null } }, { author: { id: '32612004' } }],
    ['venues that are none', { venues: null }, { place: HOME }],
    ['no venue', { venues: [] }, { place: HOME }],
    ['an online venue', { venues: [NOWHERE], eventType: 'ONLINE' }, { place: HOME }],
    ['an online venue by its type', { venues: [{ ...VENUE, venueType: 'online' }] }, { place: HOME }],
    ['an online venue and a hall', { venues: [NOWHERE, VENUE], eventType: 'HYBRID' }, { place: { name: 'Hall' } }],
    [
      'the state of a country that has them',
      { venues: [{ ...VENUE, country: 'us', state: 'ca' }] },
      { place: { country: 'US', state: 'CA' } },
    ],
  ])('with %s', (_, fields, expected) => {
    expect(event(fields)).toMatchObject(expected);
  });

  test.each([
    ['the state of a country without them', { country: 'ng', state: 'al', postalCode: 'meetup1' }, 'state'],
    ['a state that is a number', { country: 'gb', state: '43' }, 'state'],
    ['a state that is a word', { country: 'us', state: 'meetup1' }, 'state'],
    ['a country that is a word', { country: 'Germany' }, 'country'],
    ['coordinates of nowhere', { lat: 0, lon: 0 }, 'lat'],
    ['coordinates off the earth', { lat: 91, lon: 13 }, 'lon'],
    ['half of the coordinates', { lat: null }, 'lon'],
    ['no name', { name: ' ' }, 'name'],
  ])('of a venue with %s says no %s', (_, fields, absent) => {
    const { place } = event({ venues: [{ ...VENUE, ...fields }] }) as { place: object };

    expect(place).toMatchObject({ city: 'Berlin' });
    expect(place).not.toHaveProperty(absent);
  });

  test('of no group and no venue has no author, place or category', () => {
    const bare = event({ group: null, venues: null });

    for (const field of ['author', 'place', 'category']) expect(bare).not.toHaveProperty(field);
  });
});

test.each([
  ['a cancelled event', { ...EVENT, status: 'CANCELLED' }, deleted('311527696')],
  ['one cancelled for good', { ...EVENT, status: 'CANCELLED_PERM' }, deleted('311527696')],
  ['one that its series has cancelled', { ...EVENT, status: 'AUTOSCHED_CANCELLED' }, deleted('311527696')],
  ['a blocked event', { ...EVENT, status: 'BLOCKED' }, deleted('311527696')],
  ['a cancelled one that no longer says its time', BARE, { kind: 'delete', id: 'meetup:abcdefgqbcdb' }],
  ['a draft', { ...EVENT, status: 'DRAFT' }, { kind: 'ignored', what: 'events not announced' }],
  ['one without a time of creation', { ...EVENT, createdTime: null }, timeless()],
  ['one with another', { ...EVENT, createdTime: 'last week' }, timeless()],
  ['one without an id', { ...EVENT, id: null }, { kind: 'rejected', reason: 'not an event of Meetup' }],
  ['one with a space in its id', { ...EVENT, id: 'a b' }, { kind: 'rejected', reason: 'not an event of Meetup' }],
  ['one without a title', { ...EVENT, title: null }, { kind: 'rejected', reason: 'not an event of Meetup' }],
  ['nothing', null, { kind: 'rejected', reason: 'not an event of Meetup' }],
])('%s', (_, payload, normalised) => {
  expect(normalise(payload)).toEqual(normalised);
});

function deleted(id: string): object {
  return { kind: 'delete', id: `meetup:${id}`, createdAt: '2026-11-01T11:54:50.000Z' };
}

function timeless(): object {
  return { kind: 'ignored', what: 'events without a time of creation' };
}

test('whatever is sent, it is an event or is counted', () => {
  checkNormalise(normaliseMeetup, [EVENT, BARE, { ...EVENT, venues: [NOWHERE, VENUE] }]);
});
