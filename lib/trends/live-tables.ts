import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';

import { SOURCES, type Source } from '../../core/sources.ts';
import type { Config } from '../config.ts';
import { addTable } from '../constructs/add-table.ts';
import { asciiJson } from '../constructs/ascii-json.ts';
import type { RecordSource, SourceStream } from '../constructs/record-source.ts';
import type { StageFunction } from '../constructs/stage-function.ts';
import type { Panel } from '../observability/panel.ts';
import { writesPanel } from './table-panels.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html */
const FOLLOW_ACTIONS = ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'];

export interface LiveTablesProps {
  readonly config: Config;
}

/**
 * One row per observation of an event, in one table per known source: a preset that drops a source, and takes it up
 * again, loses nothing. Changes can be followed on the tables' streams.
 */
export class LiveTables extends Construct implements RecordSource {
  /** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html */
  readonly retention = Duration.hours(24);
  private readonly tables: ReadonlyMap<Source, Table>;

  constructor(scope: Construct, id: string, { config }: LiveTablesProps) {
    super(scope, id);
    this.tables = new Map(
      SOURCES.map((source) => [
        source,
        addTable(this, liveTableId(source), {
          config,
          partitionKey: 'key_datetime',
          sortKey: 'event_key',
          doesExpire: true,
          hasStream: true,
        }),
      ]),
    );
  }

  /** JSON: the name of the table of each source. */
  get tableNamesJson(): string {
    return asciiJson(Object.fromEntries([...this.tables].map(([source, table]) => [source, table.tableName])));
  }

  /** The changes of each table. */
  get streams(): readonly [SourceStream, ...SourceStream[]] {
    const [first, ...others] = SOURCES;
    return [this.changesOf(first), ...others.map((source) => this.changesOf(source))];
  }

  /** Lets a function follow the changes. */
  grantRead(fn: StageFunction): void {
    fn.allow({ actions: FOLLOW_ACTIONS, resources: this.streams.map(({ arn }) => arn) });
    fn.allow({
      actions: ['dynamodb:ListStreams'],
      resources: ['*'],
      wildcardReason: 'DynamoDB lists streams of the account, not of a table',
    });
  }

  /** Lets a function store rows. */
  grantWrite(fn: StageFunction): void {
    fn.allow({ actions: ['dynamodb:BatchWriteItem'], resources: this.tableArns });
  }

  /** Lets a function read the rows of a minute. */
  grantQuery(fn: StageFunction): void {
    fn.allow({ actions: ['dynamodb:Query'], resources: this.tableArns });
  }

  /** What is written to them. */
  get panel(): Panel {
    return writesPanel('Live tables (write units)', [...this.tables.values()]);
  }

  private changesOf(source: Source): SourceStream {
    const arn = this.tables.get(source)?.tableStreamArn;
    if (arn === undefined) throw new Error(`the live table of ${source} has no stream`);
    return { id: liveTableId(source), arn };
  }

  private get tableArns(): string[] {
    return [...this.tables.values()].map((table) => table.tableArn);
  }
}

/** The name people know the table by; Meetup's is in the plural as it always was. */
function liveTableId(source: Source): string {
  return source === 'meetup' ? 'live_table_meetups' : `live_table_${source}`;
}
