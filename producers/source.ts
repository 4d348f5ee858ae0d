/** What a source delivers: something that should be an event, or the news that something could not be read. */
export type SourceItem =
  | {
      readonly ok: true;
      readonly value: unknown;
      /** Where it came from, for messages to people: `line 17`. */
      readonly place: string;
      /** Where to go on after it; a source without a memory has none. */
      readonly cursor?: string;
    }
  | { readonly ok: false; readonly place: string; readonly reason: string; readonly cursor?: string };

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
