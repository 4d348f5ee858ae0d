import type { Source } from '../core/sources.ts';

/** What everybody who deals with a network without reading it has to know: commands, help, CDK. */
export interface NetworkFacts {
  /** Its name for people. */
  readonly title: string;
  /** What its producer reads, in a sentence or two. */
  readonly about: string;
  /** Environment variables, and fields of its secret, without which it cannot be read: how to get each. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Further ones that make it read more. */
  readonly optionalCredentials?: Readonly<Record<string, string>>;
  /** Environment variables of the addresses that it is read from, and what they are unless set. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Minutes after which an always-on producer that has sent nothing raises an alarm. */
  readonly silentMinutes: number;
}

/** Every network: its command, help, secret and alarm come from here, its live table from its name. */
export const NETWORKS = {
  twitter: {
    title: 'X',
    about:
      'Reads the filtered stream of X: the posts that match the rules of the preset. Every post read costs money, also with --dry-run, which sets the rules at X as well.',
    credentials: {
      TWITTER_BEARER_TOKEN: 'the app-only Bearer token of a project at https://console.x.com, with credits',
    },
    addresses: { TWITTER_API_URL: 'https://api.x.com' },
    // A budget may be spent early in the day; there is a new one in every day.
    silentMinutes: 24 * 60,
  },
  reddit: {
    title: 'Reddit',
    about: 'Polls listings and comments of the subreddits of the preset, or of all, and their scores as they change.',
    credentials: {
      REDDIT_CLIENT_ID: 'the id of an approved app at https://www.reddit.com/prefs/apps',
      REDDIT_CLIENT_SECRET: 'the secret of the same app',
    },
    addresses: { REDDIT_API_URL: 'https://oauth.reddit.com', REDDIT_AUTH_URL: 'https://www.reddit.com' },
    silentMinutes: 30,
  },
  meetup: {
    title: 'Meetup',
    about: 'Sweeps the coming events around the places of the preset: created, changed and cancelled ones.',
    credentials: {
      MEETUP_CLIENT_ID: 'the key of an OAuth client at https://www.meetup.com/api/oauth/list (needs Meetup Pro)',
      MEETUP_CLIENT_SECRET: 'the secret of the same client',
      MEETUP_REFRESH_TOKEN: 'a refresh token of that client; each can be used once',
    },
    addresses: { MEETUP_API_URL: 'https://api.meetup.com', MEETUP_AUTH_URL: 'https://secure.meetup.com' },
    silentMinutes: 24 * 60,
  },
  bluesky: {
    title: 'Bluesky',
    about: 'Reads every public post of Bluesky from Jetstream as it is written. Needs no key.',
    credentials: {},
    addresses: { BLUESKY_JETSTREAM_URL: 'wss://jetstream2.us-east.bsky.network' },
    silentMinutes: 15,
  },
  hackernews: {
    title: 'Hacker News',
    about: 'Walks through every new story and comment, and stories again as their scores change. Needs no key.',
    credentials: {},
    addresses: { HACKERNEWS_API_URL: 'https://hacker-news.firebaseio.com' },
    silentMinutes: 60,
  },
  mastodon: {
    title: 'Mastodon',
    about: 'Polls the public timeline of a server, or of the hashtags of the preset. Needs no key at most servers.',
    credentials: {},
    optionalCredentials: { MASTODON_TOKEN: 'an access token with the scope read:statuses: reads the live stream' },
    addresses: { MASTODON_URL: 'https://mastodon.social' },
    silentMinutes: 30,
  },
  wikimedia: {
    title: 'Wikimedia',
    about: 'Reads the edits of Wikipedia and its sisters as they are made. Needs no key.',
    credentials: {},
    addresses: { WIKIMEDIA_STREAM_URL: 'https://stream.wikimedia.org' },
    silentMinutes: 15,
  },
} as const satisfies Readonly<Record<Source, NetworkFacts>>;
