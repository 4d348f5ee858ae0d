import { Match } from 'aws-cdk-lib/assertions';
import { describe, test } from 'vitest';

import { synthApp, templateOf } from '../../support/app.ts';

describe('the observability stage', () => {
  test('mails alarms to the address of the settings', () => {
    templateOf(synthApp({ alarmEmail: 'someone@example.org' }), 'Observability').hasResourceProperties(
      'AWS::SNS::Subscription',
      { Protocol: 'email', Endpoint: 'someone@example.org' },
    );
  });

  test('mails nobody without one', () => {
    templateOf(synthApp(), 'Observability').resourceCountIs('AWS::SNS::Subscription', 0);
  });

  test('lets the alarms of this account publish to the encrypted topic', () => {
    const template = templateOf(synthApp(), 'Observability');
    const alarms = { Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' } };
    const fromHere = { Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } } };
    const useKey = { Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], Condition: Match.absent() };

    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({ ...alarms, ...fromHere, Action: 'sns:Publish' })]),
      },
    });
    template.hasResourceProperties('AWS::KMS::Key', {
      EnableKeyRotation: true,
      KeyPolicy: { Statement: Match.arrayWith([Match.objectLike({ ...alarms, ...useKey })]) },
    });
  });
});
