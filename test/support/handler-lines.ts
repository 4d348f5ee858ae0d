import { SOURCES } from '../../core/sources.ts';
import { makeSettings } from './make-settings.ts';
import { runScript } from './run-script.ts';

/** The environment that the stacks give their functions, with names made up. */
const ENVIRONMENT = {
  PATH: process.env['PATH'] ?? '',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_MAX_ATTEMPTS: '1',
  NODE_OPTIONS: '--enable-source-maps',
  POWERTOOLS_METRICS_NAMESPACE: 'Groundswell',
  BATCH_FAILURES: 'report',
  LIVE_TABLE_NAMES: JSON.stringify(Object.fromEntries(SOURCES.map((source) => [source, `live_${source}`]))),
  MARK_TABLE_NAME: 'marks',
  SUMMARY_BUCKET_NAME: 'summaries',
  SNAPSHOT_TABLE_NAME: 'snapshots',
  PER_MINUTE_TABLE_NAME: 'per_minute',
  PER_5_MINUTE_TABLE_NAME: 'per_5_minute',
  PER_HOUR_TABLE_NAME: 'per_hour',
  REJECTED_BUCKET_NAME: 'rejected',
  AUTHOR_SALT_SECRET_ARN: 'salt',
  LATE_HOURS: '48',
  TREND_SETTINGS: JSON.stringify(makeSettings()),
  LAKE_SETTINGS: JSON.stringify({ features: [], weights: makeSettings().weights }),
  LAKE_BUCKET_NAME: 'lake',
  SEARCH_SETTINGS: JSON.stringify({
    alias: 'posts',
    refreshSeconds: 1,
    indexPeriod: 'month',
    retentionDays: 90,
    maxBytes: 1_000_000,
    features: [],
  }),
};

/** The environment of a function whose services are at an endpoint. */
export function handlerEnvironment(name: string, endpoint: string): Record<string, string> {
  return {
    ...ENVIRONMENT,
    AWS_ENDPOINT_URL: endpoint,
    SEARCH_ENDPOINT: endpoint,
    POWERTOOLS_SERVICE_NAME: `trends-${name}`,
  };
}

/** Runs the handler of a function in a process of its own, against an endpoint; returns all that it printed, by line. */
export async function handlerLines(name: string, event: unknown, endpoint: string): Promise<string[]> {
  const { code, stdout, stderr } = await runScript(['test/support/invoke-handler.ts', `lambdas/${name}/handler.ts`], {
    env: handlerEnvironment(name, endpoint),
    input: JSON.stringify(event),
  });
  if (code !== 0) throw new Error(`the handler of ${name} ended with ${String(code)}: ${stderr}`);
  return [...stdout.split('\n'), ...stderr.split('\n')].filter((line) => line !== '');
}
