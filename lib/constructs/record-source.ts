import type { Duration } from 'aws-cdk-lib';

import type { StageFunction } from './stage-function.ts';

/** What functions can be fed from, record by record, in the order of each shard. */
export interface RecordSource {
  /** One or more streams, each with the name it goes by in its consumer. */
  readonly streams: readonly { readonly id: string; readonly arn: string }[];
  /** How long a record can be read. */
  readonly retention: Duration;
  /** Lets a function read all of it. */
  grantRead(fn: StageFunction): void;
}
