import type { Network } from './network/network.ts';
import { bluesky } from './sources/bluesky.ts';
import { twitter } from './sources/twitter.ts';

/** What reads each network; its facts are in deployment/networks.ts. */
export const NETWORK_READERS = { twitter, bluesky } as const satisfies Partial<Record<string, Network>>;
