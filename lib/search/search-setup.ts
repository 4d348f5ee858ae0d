import { createHash } from 'node:crypto';

import { CustomResource, Duration, Lazy } from 'aws-cdk-lib';
import { Construct } from 'constructs';

import { dashboardsNdjson } from '../../core/search/dashboards/saved-objects.ts';
import { accessRights, ACCESS_ROLES } from '../../core/search/access-roles.ts';
import { indexTemplate } from '../../core/search/index-template.ts';
import { retentionPolicy } from '../../core/search/retention-policy.ts';
import type { SetupProperties } from '../../lambdas/setup-search/setup-request.ts';
import type { Env } from '../../lambdas/setup-search/env.ts';
import type { Config } from '../config.ts';
import { StageFunction } from '../constructs/stage-function.ts';
import type { AlarmTopic } from '../observability/alarm-topic.ts';
import { searchSettings } from './search-flags.ts';
import type { SearchServer } from './search-server.ts';

/** A new domain answers, refuses and breaks off for minutes; a server on this machine is there, or is not. */
const TIMEOUT = { aws: Duration.minutes(15), local: Duration.minutes(1) } as const;
/** Beside the code of the function: they are too long for its environment. */
const DASHBOARDS_FILE = 'dashboards.ndjson';
/** For a function that says nothing at all, which CloudFormation would wait an hour for. */
const MARGIN = Duration.minutes(1);

export interface SearchSetupProps {
  readonly config: Config;
  readonly alarms: AlarmTopic;
  readonly server: SearchServer;
  /** JSON: the settings of the stage. */
  readonly settings: string;
}

/** Applies the template, the policies, the roles and the saved objects, whenever one of them has changed. */
export class SearchSetup extends Construct {
  constructor(scope: Construct, id: string, { config, alarms, server, settings }: SearchSetupProps) {
    super(scope, id);
    const timeout = TIMEOUT[config.target];
    const fn = new StageFunction(this, 'Function', {
      config,
      stage: 'search',
      name: 'setup-search',
      alarms,
      timeout,
      files: { [DASHBOARDS_FILE]: savedObjects(config) },
      environment: {
        SEARCH_ENDPOINT: server.endpoint,
        SEARCH_SETTINGS: settings,
        DASHBOARDS_URL: server.dashboardsUrl,
        DASHBOARDS_FILE,
      } satisfies Record<keyof Env, string>,
    });
    server.grantSetup(fn);
    new CustomResource(this, 'Contents', {
      resourceType: 'Custom::SearchContents',
      serviceToken: fn.fn.functionArn,
      serviceTimeout: timeout.plus(MARGIN),
      properties: {
        Endpoint: server.endpoint,
        ContentHash: contentHash(config),
        // The feeds of the stage are added after this.
        ...(server.access !== undefined && { Access: Lazy.any({ produce: () => server.access }) }),
      } satisfies Record<keyof SetupProperties, unknown> | Record<Exclude<keyof SetupProperties, 'Access'>, unknown>,
    });
  }
}

/** The dashboards of the preset as Dashboards imports them. */
function savedObjects(config: Config): string {
  const { alias } = searchSettings(config);
  return dashboardsNdjson({ preset: config.preset.name, alias, dashboards: config.preset.dashboards });
}

/** Changes with everything that the function applies, so that CloudFormation calls it again. */
function contentHash(config: Config): string {
  const settings = searchSettings(config);
  const rights = ACCESS_ROLES.map((role) => accessRights(settings.alias, role));
  const content = JSON.stringify([indexTemplate(settings), retentionPolicy(settings), rights, savedObjects(config)]);
  return createHash('sha256').update(content).digest('hex');
}
