import { ArnFormat, CrossStackReferences, ReferenceStrength, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  TextWidget,
  TextWidgetBackground,
  type IWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

import type { Config } from '../config.ts';
import type { AlarmTopic } from './alarm-topic.ts';
import type { FlowStep } from './panel.ts';

/** Of CloudWatch's grid. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
const GRID_WIDTH = 24;
const PANEL_HEIGHT = 6;
const ALARMS_PER_LINE = 4;

export interface DashboardStackProps {
  readonly config: Config;
  readonly alarms: AlarmTopic;
  /** In the order in which events pass. */
  readonly steps: readonly FlowStep[];
}

/** The one dashboard: all alarms, and below them a row of graphs for each step of the flow. Deployed last. */
export class DashboardStack extends Stack {
  constructor(scope: Construct, id: string, { config, alarms, steps }: DashboardStackProps) {
    super(scope, id, { description: `Groundswell ${config.preset.name}: dashboard` });
    // A graph must not keep a stage from replacing what it shows; until it is deployed again it shows nothing.
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    new Dashboard(this, 'Flow', {
      widgets: [[this.alarmWidget(alarms)], ...steps.flatMap((step) => [[headingOf(step)], rowOf(step)])],
    });
  }

  /** By name, which the alarms were given, so that none of them has to be exported. */
  private alarmWidget({ names }: AlarmTopic): IWidget {
    const alarms = names.map((name) =>
      Alarm.fromAlarmArn(
        this,
        name,
        this.formatArn({
          service: 'cloudwatch',
          resource: 'alarm',
          resourceName: name,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ),
    );
    return new AlarmStatusWidget({
      title: 'Alarms: docs/runbook.md has a heading for each',
      alarms,
      width: GRID_WIDTH,
      height: 1 + Math.ceil(alarms.length / ALARMS_PER_LINE),
    });
  }
}

function headingOf({ title }: FlowStep): IWidget {
  return new TextWidget({
    markdown: `## ${title}`,
    width: GRID_WIDTH,
    height: 1,
    background: TextWidgetBackground.TRANSPARENT,
  });
}

function rowOf({ panels }: FlowStep): IWidget[] {
  return panels.map(
    ({ title, metrics }) =>
      new GraphWidget({
        title,
        left: [...metrics],
        width: Math.floor(GRID_WIDTH / panels.length),
        height: PANEL_HEIGHT,
        leftYAxis: { min: 0, showUnits: false },
      }),
  );
}
