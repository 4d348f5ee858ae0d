import { heedsFailures, readBatchEnv } from '../shared/batch-failures.ts';
import { wireFeed } from '../shared/indexing/wire-feed.ts';
import { logsFailures } from '../shared/invocation.ts';
import { indexStream } from './index-stream.ts';

const { log, deps } = wireFeed('index-stream');

export const handler = logsFailures(log, heedsFailures(readBatchEnv(), indexStream(deps)));
