import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';

import type { Config } from '../config.ts';
import { addTable } from '../constructs/add-table.ts';
import type { StageFunction } from '../constructs/stage-function.ts';
import type { Panel } from '../observability/panel.ts';
import { writesPanel } from './table-panels.ts';

export interface MarkTableProps {
  readonly config: Config;
}

/** The marks of minutes and windows that changed and are not aggregated yet. */
export class MarkTable extends Construct {
  private readonly table: Table;

  constructor(scope: Construct, id: string, { config }: MarkTableProps) {
    super(scope, id);
    this.table = addTable(this, 'marks', { config, partitionKey: 'window', sortKey: 'key' });
  }

  get tableName(): string {
    return this.table.tableName;
  }

  /** What is written to it. */
  get panel(): Panel {
    return writesPanel('Marks (write units)', [this.table]);
  }

  /** Lets a function mark what it changed. */
  grantMark(fn: StageFunction): void {
    fn.allow({ actions: ['dynamodb:UpdateItem'], resources: [this.table.tableArn] });
  }

  /** Lets a function find marks, add to them, and remove those it has dealt with. */
  grantFinish(fn: StageFunction): void {
    const actions = ['dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'];
    fn.allow({ actions, resources: [this.table.tableArn] });
  }
}
