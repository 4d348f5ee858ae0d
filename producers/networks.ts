import type { Network } from './network/network.ts';
import { bluesky } from './sources/bluesky.ts';
import { meetup } from './sources/meetup.ts';
import { twitter } from './sources/twitter.ts';

/** What reads each network; its facts are in deployment/networks.ts. */
export const NETWORK_READERS = { twitter, meetup, bluesky } as const satisfies Partial<Record<string, Network>>;
