import type { Source as NetworkName } from '../../core/sources.ts';
import { topicMatcher } from '../../core/topics.ts';
import { NETWORKS, type NetworkFacts } from '../../deployment/networks.ts';
import { topicRules, type Preset } from '../../presets/preset-schema.ts';
import type { Source } from '../source.ts';
import { wait } from '../wait.ts';
import { readAddresses } from './addresses.ts';
import { openCredentials, type SecretStore } from './credentials.ts';
import { fetchHttp, userAgent } from './http.ts';
import { missingCredentials } from './missing-credentials.ts';
import { networkSource } from './network-source.ts';
import type { Credentials, Network, StateStore } from './network.ts';
import type { NetworkRequest } from './options.ts';
import { recordTo, replayOf } from './recording.ts';
import { sentPosts } from './sent-posts.ts';
import { toItems } from './to-items.ts';

export interface OpenOptions {
  readonly name: NetworkName;
  readonly network: Network;
  readonly request: NetworkRequest;
  readonly preset: Preset;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where its credentials may be, besides the environment. */
  readonly secret?: SecretStore | undefined;
  readonly state: StateStore;
  readonly notify: (sentence: string) => void;
}

/** A network that is ready to be read. */
export interface OpenedNetwork {
  readonly source: Source;
  /** What was counted on the way, by one of a few words. */
  readonly counts: ReadonlyMap<string, number>;
  /** Ends what is recorded. */
  close(): Promise<void>;
}

/** Opens a network, or a recording of it. @throws SetupError for what a person must put right */
export async function openNetwork(options: OpenOptions): Promise<OpenedNetwork> {
  const { name, request, preset, environment, state, notify } = options;
  const facts: NetworkFacts = NETWORKS[name];
  const network = request.replay === undefined ? options.network : replayOf(request.replay, name, options.network);
  const counts = new Map<string, number>();
  const count = (what: string, by = 1): void => void counts.set(what, (counts.get(what) ?? 0) + by);
  const recording = request.record === undefined ? undefined : await recordTo(request.record, name);
  const agent = userAgent(environment['PRODUCER_CONTACT']);
  const source = networkSource({
    network,
    context: {
      preset,
      addresses: readAddresses(facts, environment),
      credentials: await credentialsFor(options, facts),
      flags: request.flags,
      once: request.once,
      state,
      clock: { now: Date.now, wait, random: Math.random },
      http: fetchHttp(agent),
      userAgent: agent,
      notify,
      count,
    },
    toItems: toItems({
      source: name,
      network,
      takesEverything: preset.scope === 'everything',
      match: topicMatcher(topicRules(preset)),
      openSent: sentPosts,
      now: Date.now,
      count,
    }),
    limit: request.limit,
    ...(recording !== undefined && { record: (received) => recording.record(received) }),
  });
  return { source, counts, close: async () => recording?.close() };
}

const NO_CREDENTIALS: Credentials = { values: {}, renew: async () => undefined };

async function credentialsFor(
  { name, request, environment, secret, state }: OpenOptions,
  facts: NetworkFacts,
): Promise<Credentials> {
  // A recording asks nobody.
  if (request.replay !== undefined) return NO_CREDENTIALS;
  return openCredentials(facts, { environment, secret, state }, (names) => missingCredentials(name, names));
}
