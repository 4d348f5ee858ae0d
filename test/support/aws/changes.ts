/** Tells those who wait that something has changed. */
export interface Changes {
  /** Resolved with the next change. */
  next(): Promise<void>;
  tell(): void;
}

/** Makes a place to wait at. */
export function changes(): Changes {
  let waiting = Promise.withResolvers<void>();
  return {
    next: () => waiting.promise,
    tell() {
      waiting.resolve();
      waiting = Promise.withResolvers();
    },
  };
}
