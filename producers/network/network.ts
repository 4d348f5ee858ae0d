import type { Preset } from '../../presets/preset-schema.ts';
import type { Wait } from '../wait.ts';
import type { Http } from './http.ts';

/** Something as the network sent it. */
export interface Received {
  /** A JSON value. @default - the network has got further, to the cursor, without anything to deliver */
  readonly payload?: unknown;
  /** Where to go on after it; without one, after what came before. */
  readonly cursor?: string;
  /** When it came, as the contract writes times. @default - now */
  readonly receivedAt?: string;
}

/** What a payload comes to. */
export type Normalised =
  /** One event of the contract, in the making: the runtime adds tags and checks it. */
  | { readonly kind: 'event'; readonly event: Readonly<Record<string, unknown>> & { readonly id: string } }
  /** A post is gone. Where the network does not say when it was written, the runtime looks it up among those sent. */
  | { readonly kind: 'delete'; readonly id: string; readonly createdAt?: string | undefined }
  /** An author is gone, and all posts with them. */
  | { readonly kind: 'author-gone'; readonly authorId: string }
  /** Nothing for us; `what` is one of a few words, by which it is counted. */
  | { readonly kind: 'ignored'; readonly what: string }
  /** It should have been something; `reason` says in a few words what is wrong, never its content. */
  | { readonly kind: 'rejected'; readonly reason: string };

/** When something was received, as the contract writes times. */
export interface Reception {
  readonly observedAt: string;
}

/** Turns a payload into what it means; pure, and does not throw whatever the payload is. */
export type Normalise = (payload: unknown, reception: Reception) => Normalised;

/** Time and chance, handed in. */
export interface Clock {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly wait: Wait;
  /** In [0, 1). */
  readonly random: () => number;
}

/** What a producer remembers over restarts, by name; values are JSON. */
export interface StateStore {
  /** Undefined if nothing is remembered. @throws StateError if what is there cannot be read */
  read(name: string): Promise<unknown>;
  /** Replaces what is remembered, as a whole. @throws StateError if it cannot be written */
  write(name: string, value: unknown): Promise<void>;
}

/** Reads and renews the credentials of a network. */
export interface Credentials {
  /** All that are set, by the name of their environment variable. */
  readonly values: Readonly<Record<string, string>>;
  /** Keeps a new value where the old one came from, before it is used. @throws StateError if it cannot be kept */
  renew(name: string, value: string): Promise<void>;
}

/** What a network is read with. */
export interface ReadContext {
  readonly preset: Preset;
  /** By the name of their environment variable, without a slash at the end. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly credentials: Credentials;
  /** Values of the network's own options. */
  readonly flags: Readonly<Record<string, string | boolean | undefined>>;
  /** Aborted when no more is wanted: whatever waits or is open ends. */
  readonly signal: AbortSignal;
  /** The cursor of the last thing that is stored. */
  readonly resumeAfter?: string | undefined;
  /** One round, or up to the present moment, and no more. */
  readonly once: boolean;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly http: Http;
  /** Who we are, for requests that do not go through `http`. */
  readonly userAgent: string;
  /** Tells a person something, in one sentence. */
  readonly notify: (sentence: string) => void;
  /** Counts something by one of a few words; by one unless told. */
  readonly count: (what: string, by?: number) => void;
}

/** A network as the runtime drives it. */
export interface Network {
  /**
   * Delivers what the network sends until the signal is aborted, over all disturbances that pass.
   * @throws SourceError for what a person must put right
   */
  readonly read: (context: ReadContext) => AsyncIterable<Received>;
  readonly normalise: Normalise;
  /** Whether the network says which topics matched; otherwise the runtime matches and leaves out what has none. */
  readonly matchesTopics?: true;
  /** Options of its own, by name: what each does. */
  readonly flags?: Readonly<Record<string, { readonly type: 'string' | 'boolean'; readonly about: string }>>;
}
