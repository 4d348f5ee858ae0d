import type { Network } from './network/network.ts';
import { bluesky } from './sources/bluesky.ts';
import { wikimedia } from './sources/wikimedia.ts';

/** What reads each network; its facts are in deployment/networks.ts. */
export const NETWORK_READERS = { bluesky, wikimedia } as const satisfies Partial<Record<string, Network>>;
