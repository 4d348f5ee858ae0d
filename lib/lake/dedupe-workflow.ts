import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, type IRuleTarget } from 'aws-cdk-lib/aws-events';
import { Action, Condition, JobState, TriggerSchedule, Workflow, type IJobRef } from 'aws-cdk-lib/aws-glue';
import { Construct } from 'constructs';

import type { Config } from '../config.ts';
import type { AlarmTopic } from '../observability/alarm-topic.ts';
import type { Panel } from '../observability/panel.ts';
import type { Catalog } from './catalog.ts';
import { DedupeJob } from './dedupe-job.ts';
import type { LakeBucket } from './lake-bucket.ts';
import { PostsCrawler } from './posts-crawler.ts';
import { RunHistory } from './run-history.ts';

const PERIOD = Duration.minutes(5);
const DAY_HOURS = 24;
/** After the last events of the day before are in the lake, and not on the full hour, when everybody begins. */
const MINUTE = 17;
const HOUR = 3;
/** Missed in a row before people are told. */
const SILENT_RUNS = 2;

export interface DedupeWorkflowProps {
  readonly config: Config;
  readonly alarms: AlarmTopic;
  readonly bucket: LakeBucket;
  readonly catalog: Catalog;
}

/**
 * Keeps `posts/` up to date: runs the job by the clock, or when the workflow is started by hand where the settings give
 * no hours, and the crawler after it where there is one. The job alone can be started at any time.
 */
export class DedupeWorkflow extends Construct {
  readonly jobName: string;
  private readonly attempts: Readonly<Record<'succeeded' | 'failed', Metric>>;

  constructor(scope: Construct, id: string, { config, alarms, bucket, catalog }: DedupeWorkflowProps) {
    super(scope, id);
    const { job } = new DedupeJob(this, 'Job', { config, bucket });
    this.jobName = job.jobName;
    const workflow = new Workflow(this, 'Workflow', {
      description: `Groundswell ${config.preset.name}: one row for each post`,
      maxConcurrentRuns: 1,
    });
    addStart(workflow, job, config.lakeDedupeHours);
    if (config.lakeCrawler)
      this.addCrawler(workflow, job, new PostsCrawler(this, 'Crawler', { config, bucket, catalog }));
    // Rules are known to count once they have a target.
    const history = new RunHistory(this, 'History', { config });
    this.attempts = {
      succeeded: this.countAttempts('Succeeded', [JobState.SUCCEEDED], history),
      failed: this.countAttempts('Failed', [JobState.FAILED, JobState.TIMEOUT, 'ERROR'], history),
    };
    this.addAlarms(alarms, config.lakeDedupeHours);
  }

  /** How it does. */
  get panels(): Panel[] {
    const metrics = Object.entries(this.attempts).map(([label, metric]) => metric.with({ label }));
    return [{ title: 'Runs of the dedupe job', metrics }];
  }

  private addCrawler(workflow: Workflow, job: IJobRef, { crawler }: PostsCrawler): void {
    workflow.addConditionalTrigger('Crawl', {
      actions: [Action.crawler(crawler)],
      predicate: { conditions: [Condition.job(job, JobState.SUCCEEDED)] },
      startOnCreation: true,
    });
  }

  /** By events, which come with every run; the metrics of Glue itself are charged for. */
  private countAttempts(id: string, state: readonly string[], target: IRuleTarget): Metric {
    const { ruleName } = new Rule(this, id, {
      description: `Counts runs of ${this.node.path}`,
      targets: [target],
      eventPattern: {
        source: ['aws.glue'],
        detailType: ['Glue Job State Change'],
        detail: { jobName: [this.jobName], state },
      },
    });
    return new Metric({
      namespace: 'AWS/Events',
      metricName: 'TriggeredRules',
      dimensionsMap: { RuleName: ruleName },
      statistic: Stats.SUM,
      period: PERIOD,
    });
  }

  private addAlarms(alarms: AlarmTopic, hours: number): void {
    alarms.addAlarm(this, 'lake-dedupe-failed', {
      metric: this.attempts.failed,
      meaning: 'A run of the job that makes posts/ failed; it is tried again once',
    });
    if (hours === 0) return;
    alarms.addAlarm(this, 'lake-dedupe-silence', {
      metric: this.attempts.succeeded.with({ period: Duration.hours(hours) }),
      isBelow: true,
      periods: SILENT_RUNS,
      meaning: `The job that makes posts/ has not succeeded for ${SILENT_RUNS * hours} hours`,
    });
  }
}

/** A workflow has one way to start: https://docs.aws.amazon.com/glue/latest/dg/workflows_overview.html */
function addStart(workflow: Workflow, job: IJobRef, hours: number): void {
  const actions = [Action.job(job)];
  if (hours === 0) {
    workflow.addOnDemandTrigger('Start', { actions });
    return;
  }
  const hourField = hours === DAY_HOURS ? String(HOUR) : `0/${hours}`;
  workflow.addScheduledTrigger('Start', {
    actions,
    schedule: TriggerSchedule.expression(`cron(${MINUTE} ${hourField} * * ? *)`),
    startOnCreation: true,
  });
}
