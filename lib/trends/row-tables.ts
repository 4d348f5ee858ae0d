import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';

import type { Config } from '../config.ts';
import { addTable } from '../constructs/add-table.ts';
import type { StageFunction } from '../constructs/stage-function.ts';
import type { Panel } from '../observability/panel.ts';
import { writesPanel } from './table-panels.ts';

export interface RowTablesProps {
  readonly config: Config;
}

/** `per_minute`, `per_5_minute` and `per_hour`: a keyword over time. */
export class RowTables extends Construct {
  readonly perMinute: Table;
  readonly per5Minute: Table;
  readonly perHour: Table;

  constructor(scope: Construct, id: string, { config }: RowTablesProps) {
    super(scope, id);
    const keys = { config, partitionKey: 'key_word', sortKey: 'key_datetime_category', doesExpire: true };
    this.perMinute = addTable(this, 'per_minute', keys);
    this.per5Minute = addTable(this, 'per_5_minute', keys);
    this.perHour = addTable(this, 'per_hour', keys);
  }

  /** What is written to them. */
  get panel(): Panel {
    return writesPanel('Keywords over time (write units)', [this.perMinute, this.per5Minute, this.perHour]);
  }

  /** Lets a function write rows; one that fell out of its ranking is written over, not deleted. */
  grantWrite(fn: StageFunction): void {
    const resources = [this.perMinute, this.per5Minute, this.perHour].map((table) => table.tableArn);
    fn.allow({ actions: ['dynamodb:PutItem'], resources });
  }
}
