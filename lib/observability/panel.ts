import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';

/** A graph of the dashboard: metrics of one unit. */
export interface Panel {
  /** With the unit. */
  readonly title: string;
  readonly metrics: readonly IMetric[];
}

/** A part of the way that events take: a row of the dashboard. */
export interface FlowStep {
  readonly title: string;
  readonly panels: readonly Panel[];
}
