interface FromSource {
  /** Where to go on after it; a source without a memory has none. */
  readonly cursor?: string;
}

/** What a source delivers. */
export type SourceItem =
  /** Something that should be an event. `place` is where it came from, for messages to people: `line 17`. */
  | (FromSource & { readonly kind: 'event'; readonly value: unknown; readonly place: string })
  /** The news that something could not be read. */
  | (FromSource & { readonly kind: 'rejected'; readonly place: string; readonly reason: string })
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
