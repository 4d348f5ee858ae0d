import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

import type { RejectionReason } from '../../core/parse-event.ts';
import type { Env } from '../../lambdas/index-lake/env.ts';
import type { Env as FeedEnv } from '../../lambdas/shared/indexing/search-env.ts';
import { StageFunction, type StageFunctionProps } from '../constructs/stage-function.ts';
import type { LakeObjects } from '../lake/lake-stack.ts';
import { OBJECT_TIMEOUT } from '../lake/object-queue.ts';
import type { Panel } from '../observability/panel.ts';

/** The least that Lambda allows; a small search server is not to be overrun. */
const MAX_CONCURRENCY = 2;
/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-eventsource */
const QUEUE_ACTIONS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

export interface LakeFeedProps extends StageFunctionProps {
  readonly environment: Readonly<Record<keyof FeedEnv, string>>;
  readonly lake: LakeObjects;
  /** The reasons for rejecting that its alarms tell of. */
  readonly reasons: readonly RejectionReason[];
}

/** Reads the objects of the lake as they come; one that cannot be indexed now stays in the queue. */
export class LakeFeed extends Construct {
  readonly fn: StageFunction;

  constructor(scope: Construct, id: string, { lake, reasons, environment, ...props }: LakeFeedProps) {
    super(scope, id);
    this.fn = new StageFunction(this, 'Function', {
      ...props,
      timeout: OBJECT_TIMEOUT,
      environment: {
        ...environment,
        LAKE_BUCKET_NAME: lake.bucket.bucketName,
      } satisfies Record<keyof Env, string>,
    });
    lake.bucket.grantRead(this.fn);
    this.fn.allow({ actions: QUEUE_ACTIONS, resources: [lake.objects.queue.queueArn] });
    new EventSourceMapping(this, 'Objects', {
      target: this.fn.fn,
      eventSourceArn: lake.objects.queue.queueArn,
      batchSize: 1,
      maxConcurrency: MAX_CONCURRENCY,
      reportBatchItemFailures: true,
    });
    this.fn.addFailureAlarms({ periods: 3, badPeriods: 2 });
    for (const reason of reasons)
      this.fn.addAlarm(`rejected-${reason.replaceAll('_', '-')}`, {
        metric: this.fn.ownMetric('RejectedRecords', { dimensionsMap: { reason } }),
        meaning: `${props.name} rejects lines because of ${reason}`,
      });
  }

  /** How it does. */
  get panels(): Panel[] {
    return this.fn.batchPanels;
  }
}
