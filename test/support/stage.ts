import { Duration, Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod';

import type { Config } from '../../lib/config.ts';
import type { StageFunctionProps } from '../../lib/constructs/stage-function.ts';
import { EventStream } from '../../lib/ingestion/event-stream.ts';
import { RejectedBucket } from '../../lib/ingestion/rejected-bucket.ts';
import { AlarmTopic } from '../../lib/observability/alarm-topic.ts';
import { makeApp, makeConfig, type Settings } from './app.ts';

/** A stack with what the constructs of a stage are built on. */
export interface TestStage {
  readonly stack: Stack;
  readonly config: Config;
  readonly alarms: AlarmTopic;
  readonly stream: EventStream;
  readonly rejected: RejectedBucket;
  /** What a function of the stage is made of; its code is that of `write-live`. */
  readonly functionProps: StageFunctionProps;
}

/** Makes a stack to put one construct into. */
export function makeStage(settings: Settings = {}): TestStage {
  const stack = new Stack(makeApp(settings), 'Stage');
  const config = makeConfig(settings);
  const alarms = new AlarmTopic(stack, 'Alarms', { config });
  return {
    stack,
    config,
    alarms,
    stream: new EventStream(stack, 'Events', { config }),
    rejected: new RejectedBucket(stack, 'Rejected', { config }),
    functionProps: {
      config,
      stage: 'trends',
      name: 'write-live',
      alarms,
      timeout: Duration.minutes(1),
      environment: { TABLE_NAME: 'things' },
    },
  };
}

/** A statement of a policy: its actions, and its resources as the template writes them. */
export interface GrantedPermission {
  readonly actions: string[];
  readonly resources: string;
}

const PolicySchema = z.object({
  Properties: z.object({
    PolicyDocument: z.object({
      Statement: z.array(z.object({ Action: z.union([z.string(), z.array(z.string())]), Resource: z.unknown() })),
    }),
  }),
});

/** What each role may do whose policy's logical id begins in a way. */
export function policiesOf(template: Template, idPrefix = ''): GrantedPermission[][] {
  return Object.entries(template.findResources('AWS::IAM::Policy'))
    .filter(([id]) => id.startsWith(idPrefix))
    .map(([, policy]) =>
      PolicySchema.parse(policy).Properties.PolicyDocument.Statement.map(({ Action, Resource }) => ({
        actions: [Action].flat().toSorted(),
        resources: JSON.stringify(Resource),
      })),
    );
}

/** What all roles may do. */
export function permissionsOf(template: Template): GrantedPermission[] {
  return policiesOf(template).flat();
}

const AlarmSchema = z.object({ Properties: z.object({ AlarmName: z.string() }) });

/** The names of all alarms, sorted. */
export function alarmNamesOf(template: Template): string[] {
  const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
  return alarms.map((alarm) => AlarmSchema.parse(alarm).Properties.AlarmName).toSorted();
}
