import type { StageFunction } from '../constructs/stage-function.ts';

/** The server that holds the index: a domain of our own, or one on this machine. */
export interface SearchServer {
  /** Its address. */
  readonly endpoint: string;
  /** Lets a function put documents into the index, and look at it. */
  grantWrite(fn: StageFunction): void;
}
