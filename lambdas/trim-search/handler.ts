import { indexStorageOf } from '../../storage/search/index-storage.ts';
import { searchClient } from '../../storage/search/search-client.ts';
import { functionLog } from '../shared/function-log.ts';
import { logsFailures } from '../shared/invocation.ts';
import { functionMetrics, reportTrim } from '../shared/metrics.ts';
import { readEnv } from './env.ts';
import { trimSearch } from './trim-search.ts';

const env = readEnv();
const metrics = functionMetrics('trim-search');

export const handler = logsFailures(
  functionLog('trim-search'),
  trimSearch({
    storage: indexStorageOf(searchClient({ endpoint: env.SEARCH_ENDPOINT }), env.SEARCH_SETTINGS.alias),
    settings: env.SEARCH_SETTINGS,
    now: Date.now,
    report: (trim) => reportTrim(metrics, trim),
  }),
);
