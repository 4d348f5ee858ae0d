/** Why something is not sent. */
export interface Rejection {
  /** It is counted by this. */
  readonly reason: string;
  /** What is wrong with it, never content of it. */
  readonly detail?: string;
}

interface FromSource {
  /** Where to go on after it; a source without a memory has none. */
  readonly cursor?: string;
}

interface Offered extends FromSource {
  /** Where it came from, for messages to people: `line 17`. */
  readonly place: string;
  /** What it was read from, where a person may want it back: content, never for a log. */
  readonly text?: string;
}

/** Something that should be an event, or the news that it could not be read. */
export type OfferedItem =
  | (Offered & { readonly kind: 'event'; readonly value: unknown })
  | (Offered & Rejection & { readonly kind: 'rejected' });

/** What a source delivers. */
export type SourceItem =
  | OfferedItem
  /** The source has got further without an event. */
  | (FromSource & { readonly kind: 'passed' });

/**
 * A network, a file, a generator: delivers items in its own order until it has none or is told to stop. It knows
 * nothing of the stream; whoever drives it stops asking while the stream is full.
 */
export type Source = (options: {
  /** Aborted when no more items are wanted. */
  readonly signal: AbortSignal;
  /** The cursor of the last item that is stored. */
  readonly resumeAfter?: string | undefined;
}) => AsyncIterable<SourceItem>;
