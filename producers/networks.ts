import type { Source } from '../core/sources.ts';
import type { Network } from './network/network.ts';
import { bluesky } from './sources/bluesky.ts';
import { hackernews } from './sources/hackernews.ts';
import { mastodon } from './sources/mastodon.ts';
import { meetup } from './sources/meetup.ts';
import { reddit } from './sources/reddit.ts';
import { twitter } from './sources/twitter.ts';
import { wikimedia } from './sources/wikimedia.ts';

/** What reads each network; its facts are in deployment/networks.ts. */
export const NETWORK_READERS = {
  twitter,
  reddit,
  meetup,
  bluesky,
  hackernews,
  mastodon,
  wikimedia,
} as const satisfies Readonly<Record<Source, Network>>;
