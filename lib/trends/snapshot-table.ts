import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';

import type { Config } from '../config.ts';
import { addTable } from '../constructs/add-table.ts';
import type { StageFunction } from '../constructs/stage-function.ts';
import type { Panel } from '../observability/panel.ts';
import { writesPanel } from './table-panels.ts';

export interface SnapshotTableProps {
  readonly config: Config;
}

/** The complete ranking of each window, one item each. */
export class SnapshotTable extends Construct {
  private readonly table: Table;

  constructor(scope: Construct, id: string, { config }: SnapshotTableProps) {
    super(scope, id);
    this.table = addTable(this, 'snapshots', {
      config,
      partitionKey: 'window',
      sortKey: 'key_datetime',
      doesExpire: true,
    });
  }

  get tableName(): string {
    return this.table.tableName;
  }

  /** What is written to it. */
  get panel(): Panel {
    return writesPanel('Snapshots (write units)', [this.table]);
  }

  /** Lets a function read snapshots and put a newer one in the place of an older. */
  grantReplace(fn: StageFunction): void {
    const actions = ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem'];
    fn.allow({ actions, resources: [this.table.tableArn] });
  }
}
