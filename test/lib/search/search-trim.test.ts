import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';

import { EnvSchema } from '../../../lambdas/trim-search/env.ts';
import { asciiJson } from '../../../lib/constructs/ascii-json.ts';
import type { StageFunction } from '../../../lib/constructs/stage-function.ts';
import { searchSettings } from '../../../lib/search/search-flags.ts';
import { localSearchServer } from '../../../lib/search/search-server.ts';
import { SearchTrim } from '../../../lib/search/search-trim.ts';
import type { Settings } from '../../support/app.ts';
import { makeStage } from '../../support/stage.ts';

/** Makes the construct in a stack; returns the template and who was let to trim. */
function synth(settings: Settings = { search: 'true' }) {
  const { stack, config, alarms } = makeStage(settings);
  const granted: StageFunction[] = [];
  const server = {
    ...localSearchServer('https://search.example'),
    grantTrim: (fn: StageFunction) => void granted.push(fn),
  };
  const trim = new SearchTrim(stack, 'Trim', { config, alarms, server, settings: asciiJson(searchSettings(config)) });
  return { template: Template.fromStack(stack), granted, trim, config };
}

describe('the trimming of the index', () => {
  test('runs every hour, and may trim', () => {
    const { template, granted } = synth();

    template.hasResourceProperties('AWS::Scheduler::Schedule', { ScheduleExpression: 'cron(41 * * * ? *)' });
    expect(granted.map(({ functionName }) => functionName)).toEqual(['trim-search']);
  });

  test('gives the function what it reads', () => {
    const { template, config } = synth();
    const environments = Object.values(template.findResources('AWS::Lambda::Function')).map(
      ({ Properties }) => Properties.Environment.Variables as unknown,
    );

    expect(environments.map((environment) => EnvSchema.parse(environment))).toEqual([
      { SEARCH_ENDPOINT: 'https://search.example', SEARCH_SETTINGS: searchSettings(config) },
    ]);
  });

  test.each([
    ['7 GiB of 10', { search: 'true' }, 0.7 * 10 * 1024 ** 3],
    ['what the settings say', { search: 'true', searchMaxGib: '3' }, 3 * 1024 ** 3],
  ])('tells when a month alone takes more than %s', (_, settings, maxBytes) => {
    synth(settings).template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'Groundswell-trends-search-trim-search-too-large',
      MetricName: 'IndexBytes',
      Unit: 'Bytes',
      Statistic: 'Maximum',
      Threshold: Math.floor(maxBytes) + 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      ActionsEnabled: true,
    });
  });

  test('shows that a month went before its time, and tells nobody', () => {
    synth().template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'Groundswell-trends-search-trim-search-early',
      MetricName: 'IndicesOverSize',
      ActionsEnabled: false,
    });
  });

  test('shows the size of the index and how far back it goes', () => {
    expect(synth().trim.panels.map(({ title }) => title)).toEqual([
      'Size of the index (bytes)',
      'Days back to the beginning of its oldest index',
    ]);
  });
});
