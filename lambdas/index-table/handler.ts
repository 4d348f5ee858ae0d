import { heedsFailures, readBatchEnv } from '../shared/batch-failures.ts';
import { wireFeed } from '../shared/indexing/wire-feed.ts';
import { logsFailures } from '../shared/invocation.ts';
import { indexTable } from './index-table.ts';

const { log, deps } = wireFeed('index-table');

export const handler = logsFailures(log, heedsFailures(readBatchEnv(), indexTable(deps)));
