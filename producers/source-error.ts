/** A source cannot be read any further, and no retry will change that. The message says why, in one sentence. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
}
