import { setTimeout as sleep } from 'node:timers/promises';

import { presetNamed } from '../../../presets/presets.ts';
import { answer } from '../../support/networks/meetup-answers.ts';
import { limited, meetupServer, type MeetupScript } from '../../support/networks/meetup-server.ts';
import { CLIENT } from '../../support/networks/meetup-tokens.ts';
import { HTML, textOf, type World, type WorldOptions } from '../world.ts';

const DAY_MS = 86_400_000;
/** A search takes so long that a sweep takes as long as the run. */
const SEARCH_MS = 120;
/** Of the run, disasters take the rest. */
const SWEEPING_SHARE = 0.5;
/** A renewal whose answer was lost cannot be brought back: its token is spent. */
const RENEWAL_MS = 3_000;

/**
 * Meetup is swept once in the run, day by day: every event is to be found that was there before its day was searched.
 * New ones are for days to come. A renewal that is answered and not heard is not played, and no kill meets one: each
 * refresh token can be used once, so that a person is needed then.
 */
export async function meetupWorld({ ledger, random, seconds }: WorldOptions): Promise<World> {
  const server = await meetupServer(Date.now, 50, () => sleep(SEARCH_MS));
  const { places, topics } = presetNamed('trends');
  const searchesADay = topics.length * (places.length + 1);
  const days = Math.max(4, Math.floor((seconds * 1_000 * SWEEPING_SHARE) / (searchesADay * SEARCH_MS)));
  const todayMs = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  let number = 0;
  /** @param day after today; midnight may come before the sweep begins */
  const put = (day: number): void => {
    number += 1;
    const [topic, place, text] = [random.pick(topics).name, random.pick(places), textOf(number, random)];
    const isGone = random.chance(0.1);
    const title = `${topic} meeting ${number}`;
    ledger.offer(`meetup:event-${number}`, isGone ? undefined : `${title}\n\n${text}`);
    server.put({
      id: `event-${number}`,
      title,
      description: text,
      createdTime: '2026-11-01T07:54:50-04:00',
      dateTime: new Date(todayMs + day * DAY_MS + random.below(DAY_MS - 1_000)).toISOString(),
      status: isGone ? 'CANCELLED' : 'ACTIVE',
      eventType: 'PHYSICAL',
      venues: [{ name: 'Hall', country: 'de', lat: place.lat, lon: place.lon }],
      group: { id: '1', urlname: 'people' },
    });
  };
  for (let day = 1; day < days; day++) for (let i = 0; i < 10; i++) put(day);
  const dayOfSweep = (): number =>
    (Date.parse(server.searches.at(-1)?.variables.f.startDateRange ?? '') - todayMs) / DAY_MS;
  const resetAt = (): string => new Date(Date.now() + 3_000).toISOString();
  // A token that is refused before it was ever taken is the end: the subscription is.
  const revoke = (): void => {
    if (server.tokens.isValid(server.searches.at(-5)?.authorization)) server.tokens.revoke();
  };
  const plan = (...scripts: readonly MeetupScript[]) => ({ strike: () => server.plan(...scripts) });
  return {
    args: ['--days', String(days)],
    environment: () => ({
      MEETUP_API_URL: server.url,
      MEETUP_AUTH_URL: server.url,
      MEETUP_CLIENT_ID: CLIENT.id,
      MEETUP_CLIENT_SECRET: CLIENT.secret,
      MEETUP_REFRESH_TOKEN: 'refresh-0',
    }),
    isReading: () => server.searches.length > 0,
    live() {
      const first = dayOfSweep() + 2;
      if (first < days) put(first + random.below(days - first));
    },
    mayKill: () => Date.now() - (server.renewals.at(-1)?.atMs ?? 0) > RENEWAL_MS,
    disasters: {
      'cut at a byte': { strike: () => server.plan({ kind: 'cut', share: random.next() }) },
      'no answer': plan({ kind: 'kill' }),
      503: plan(answer(503, 'unavailable')),
      html: plan(answer(200, HTML)),
      'half an answer': plan(answer(200, '{"data":{"eventSea')),
      '429 with reset': plan(answer(429, 'slow down', { 'retry-after': '3' })),
      'rate limit': { strike: () => server.plan(answer(200, limited(resetAt()))) },
      'expired token': { strike: revoke },
      'no new token': {
        strike() {
          server.planRenewals(answer(503, HTML));
          revoke();
        },
      },
      hang: { slowSeconds: 32, ...plan({ kind: 'hang' }) },
    },
    close: () => server.close(),
  };
}
