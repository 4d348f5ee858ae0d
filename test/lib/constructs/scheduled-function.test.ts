import { Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';

import { ScheduledFunction } from '../../../lib/constructs/scheduled-function.ts';
import { alarmNamesOf, makeStage, permissionsOf } from '../../support/stage.ts';

function schedule(): Template {
  const { stack, functionProps } = makeStage();
  new ScheduledFunction(stack, 'Clock', { ...functionProps, cron: '0/5 * * * ? *', maxSilence: Duration.minutes(15) });
  return Template.fromStack(stack);
}

describe('a scheduled function', () => {
  test('runs when its cron fields say, in UTC, and is told the time it was due', () => {
    schedule().hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'cron(0/5 * * * ? *)',
      ScheduleExpressionTimezone: 'Etc/UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Input: '{"scheduled_time":"<aws.scheduler.scheduled-time>"}' },
    });
  });

  test('is tried three times, and the run is then kept in the queue that the schedule uses too', () => {
    const template = schedule();
    const queue = { 'Fn::GetAtt': [Match.stringLikeRegexp('^ClockFailedRuns'), 'Arn'] };

    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 600,
      DestinationConfig: { OnFailure: { Destination: queue } },
    });
    template.hasResourceProperties('AWS::Scheduler::Schedule', { Target: { DeadLetterConfig: { Arn: queue } } });
  });

  test('may be invoked by schedules of this account only, and only this function', () => {
    const template = schedule();
    const [invoke, ...others] = permissionsOf(template).filter(({ actions }) =>
      actions.includes('lambda:InvokeFunction'),
    );

    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Action: 'sts:AssumeRole',
            Effect: 'Allow',
            Principal: { Service: 'scheduler.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          },
        ],
      },
    });
    expect(others).toEqual([]);
    expect(invoke?.resources).toMatch(/^\{"Fn::GetAtt":\["ClockFunction[0-9A-F]+","Arn"\]\}$/);
  });

  test('tells of errors, throttles, runs that failed for good, and silence', () => {
    expect(alarmNamesOf(schedule())).toEqual([
      'Groundswell-trends-trends-write-live-errors',
      'Groundswell-trends-trends-write-live-failed-runs',
      'Groundswell-trends-trends-write-live-silence',
      'Groundswell-trends-trends-write-live-throttles',
    ]);
  });

  test('counts as silent when there is no metric at all', () => {
    schedule().hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'Invocations',
      Period: 900,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    });
  });
});
