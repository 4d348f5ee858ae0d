import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';

import { StageFunction, type StageFunctionProps } from '../../../lib/constructs/stage-function.ts';
import type { Settings } from '../../support/app.ts';
import { makeStage, permissionsOf } from '../../support/stage.ts';

function addFunction(props: Partial<StageFunctionProps> = {}, settings: Settings = {}): Template {
  const { stack, functionProps } = makeStage(settings);
  new StageFunction(stack, 'Thing', { ...functionProps, ...props });
  return Template.fromStack(stack);
}

function sendsTraces(template: Template): boolean {
  return permissionsOf(template).some(({ actions }) => actions.includes('xray:PutTraceSegments'));
}

describe('a function of a stage', () => {
  test('has its own environment and that of Powertools and source maps', () => {
    addFunction().hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          TABLE_NAME: 'things',
          NODE_OPTIONS: '--enable-source-maps',
          POWERTOOLS_SERVICE_NAME: 'trends-write-live',
          POWERTOOLS_METRICS_NAMESPACE: 'Groundswell',
        },
      },
    });
  });

  test('keeps its logs as long as the settings say', () => {
    addFunction({}, { logRetentionDays: '7' }).hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
  });

  test('has Lambda write JSON lines too', () => {
    addFunction().hasResourceProperties('AWS::Lambda::Function', { LoggingConfig: { LogFormat: 'JSON' } });
  });

  test('sends traces only when the settings say so', () => {
    expect(sendsTraces(addFunction())).toBe(false);
    expect(sendsTraces(addFunction({}, { tracing: 'true' }))).toBe(true);
  });

  test('may write to its own log group and nothing else', () => {
    const permissions = permissionsOf(addFunction());

    expect(permissions).toEqual([
      { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: expect.stringContaining('ThingLogs') },
    ]);
  });

  test('carries no managed policy', () => {
    addFunction().allResourcesProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
  });

  test('cannot be given a larger environment than Lambda takes', () => {
    expect(() => addFunction({ environment: { TREND_SETTINGS: 'x'.repeat(3_600) } })).toThrow(
      /^the environment of write-live takes \d{4} bytes and may take 3584: track fewer or shorter keywords in the preset's topics$/,
    );
  });
});
