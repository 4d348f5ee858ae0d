import type { Duration } from 'aws-cdk-lib';

import type { StageFunction } from './stage-function.ts';

/** A stream, with the name it goes by in its consumer. */
export interface SourceStream {
  readonly id: string;
  readonly arn: string;
}

/** What functions can be fed from, record by record, in the order of each shard. */
export interface RecordSource {
  readonly streams: readonly [SourceStream, ...SourceStream[]];
  /** How long a record can be read. */
  readonly retention: Duration;
  /** Lets a function read all of it. */
  grantRead(fn: StageFunction): void;
}
