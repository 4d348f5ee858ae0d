import { setTimeout as delay } from 'node:timers/promises';

import { backOff } from '../../storage/backoff.ts';
import { mapAccess } from '../../storage/search/map-access.ts';
import { searchClient } from '../../storage/search/search-client.ts';
import { setUpIndex } from '../../storage/search/setup-index.ts';
import { describeError } from '../shared/describe-error.ts';
import { functionLog } from '../shared/function-log.ts';
import { logsFailures } from '../shared/invocation.ts';
import { answerCloudFormation } from './answer.ts';
import { readEnv } from './env.ts';
import { setupSearch, type SetupStep } from './setup-search.ts';

const env = readEnv();
const log = functionLog('setup-search');
const client = searchClient({ endpoint: env.SEARCH_ENDPOINT });
const settings = env.SEARCH_SETTINGS;

const index: SetupStep = {
  what: 'Applying the index template and the retention policy',
  apply: async () => void (await setUpIndex(client, settings)),
};

export const handler = logsFailures(
  log,
  setupSearch({
    stepsFor: ({ Access: holders }) => [
      index,
      ...(holders === undefined
        ? []
        : [{ what: 'Handing out the roles', apply: () => mapAccess(client, settings.alias, holders) }]),
    ],
    answer: answerCloudFormation,
    pause: backOff,
    now: Date.now,
    wait: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
    reportFailure: (error, reason) =>
      log.error('the search server could not be set up', { reason, error: { ...describeError(error) } }),
  }),
);
