import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { backOff } from '../../storage/backoff.ts';
import { importDashboards } from '../../storage/search/import-dashboards.ts';
import { mapAccess } from '../../storage/search/map-access.ts';
import { searchClient } from '../../storage/search/search-client.ts';
import { setUpIndex } from '../../storage/search/setup-index.ts';
import { signingFor } from '../../storage/search/sign-request.ts';
import { describeError } from '../shared/describe-error.ts';
import { functionLog } from '../shared/function-log.ts';
import { logsFailures } from '../shared/invocation.ts';
import { answerCloudFormation } from './answer.ts';
import { readEnv } from './env.ts';
import type { SetupProperties } from './setup-request.ts';
import { setupSearch, type SetupStep } from './setup-search.ts';

const env = readEnv();
const log = functionLog('setup-search');
const client = searchClient({ endpoint: env.SEARCH_ENDPOINT });
const settings = env.SEARCH_SETTINGS;

const applyIndex: SetupStep = {
  what: 'Applying the index template and the retention policy',
  apply: async () => {
    const { isBlocked } = await setUpIndex(client, settings);
    if (isBlocked) log.warn('the indices that are there take no change: their disk is full, or they are read only');
  },
};

function mapRoles(holders: NonNullable<SetupProperties['Access']>): SetupStep {
  return { what: 'Handing out the roles', apply: () => mapAccess(client, settings.alias, holders) };
}

const putDashboards: SetupStep = {
  what: 'Importing the dashboards',
  apply: async () => {
    const ndjson = await readFile(join(import.meta.dirname, env.DASHBOARDS_FILE), 'utf8');
    const url = env.DASHBOARDS_URL;
    await importDashboards({ url, ndjson, sign: signingFor(url), tenant: 'global' });
  },
};

export const handler = logsFailures(
  log,
  setupSearch({
    stepsFor: ({ Access: holders }) => [
      applyIndex,
      ...(holders === undefined ? [] : [mapRoles(holders)]),
      ...(env.DASHBOARDS_URL === '' ? [] : [putDashboards]),
    ],
    answer: answerCloudFormation,
    pause: backOff,
    now: Date.now,
    wait: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
    reportFailure: (error, reason) =>
      log.error('the search server could not be set up', { reason, error: { ...describeError(error) } }),
  }),
);
