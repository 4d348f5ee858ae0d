import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';

import type { Panel } from '../observability/panel.ts';

/** Write units that tables take in five minutes, each under the name that people know it by. */
export function writesPanel(title: string, tables: readonly Table[]): Panel {
  const metrics = tables.map((table) =>
    table.metricConsumedWriteCapacityUnits({
      statistic: Stats.SUM,
      period: Duration.minutes(5),
      label: table.node.id,
    }),
  );
  return { title, metrics };
}
