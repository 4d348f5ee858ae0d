import { Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

import { TABLE_REASONS } from '../../core/parse-event.ts';
import type { TrendsOutputs } from '../../deployment/outputs.ts';
import type { Env as WriteLiveEnv } from '../../lambdas/write-live/env.ts';
import { trendSettings, type Config } from '../config.ts';
import { addOutputs } from '../constructs/add-outputs.ts';
import { asciiJson } from '../constructs/ascii-json.ts';
import { StreamConsumer } from '../constructs/stream-consumer.ts';
import type { EventStream } from '../ingestion/event-stream.ts';
import type { RejectedBucket } from '../ingestion/rejected-bucket.ts';
import type { AlarmTopic } from '../observability/alarm-topic.ts';
import type { Panel } from '../observability/panel.ts';
import { Aggregations } from './aggregations.ts';
import { AuthorSalt } from './author-salt.ts';
import { LiveTables } from './live-tables.ts';
import { MarkTable } from './mark-table.ts';

export interface TrendsStackProps {
  readonly config: Config;
  /** Where events come from. */
  readonly stream: EventStream;
  /** Keeps what cannot be processed. */
  readonly rejected: RejectedBucket;
  readonly alarms: AlarmTopic;
}

/** The stage that ranks keywords: `write-live` stores events, three aggregations turn them into windows. */
export class TrendsStack extends Stack {
  readonly liveTables: LiveTables;
  /** The dashboard's view of the stage. */
  readonly panels: Readonly<Record<'write' | 'aggregate' | 'tables' | 'rejected', readonly Panel[]>>;

  constructor(scope: Construct, id: string, { config, stream, rejected, alarms }: TrendsStackProps) {
    super(scope, id, { description: `Groundswell ${config.preset.name}: trends` });
    const settings = asciiJson(trendSettings(config));
    const liveTables = new LiveTables(this, 'LiveTables', { config });
    const markTable = new MarkTable(this, 'MarkTable', { config });
    const salt = new AuthorSalt(this, 'AuthorSalt', { config });

    const writeLive = new StreamConsumer(this, 'WriteLive', {
      config,
      stage: 'trends',
      name: 'write-live',
      alarms,
      stream,
      rejected,
      reasons: TABLE_REASONS,
      timeout: Duration.minutes(1),
      environment: {
        LIVE_TABLE_NAMES: liveTables.tableNamesJson,
        MARK_TABLE_NAME: markTable.tableName,
        REJECTED_BUCKET_NAME: rejected.bucketName,
        AUTHOR_SALT_SECRET_ARN: salt.secretArn,
        TREND_SETTINGS: settings,
      } satisfies Record<keyof WriteLiveEnv, string>,
    });
    liveTables.grantWrite(writeLive.fn);
    markTable.grantMark(writeLive.fn);
    rejected.grantKeep(writeLive.fn);
    salt.grantRead(writeLive.fn);

    const aggregations = new Aggregations(this, 'Aggregations', { config, alarms, liveTables, markTable, settings });
    const events = [writeLive.fn.ownMetric('EventsWritten'), writeLive.fn.ownMetric('TooLateEvents')];
    this.liveTables = liveTables;
    this.panels = {
      write: [{ title: 'Events', metrics: events }, ...writeLive.panels],
      aggregate: aggregations.panels,
      tables: [liveTables.panel, markTable.panel, ...aggregations.tablePanels],
      rejected: writeLive.rejectedPanels,
    };
    addOutputs(this, {
      LiveTableNames: liveTables.tableNamesJson,
      MarkTableName: markTable.tableName,
      TrendSettings: settings,
      ...aggregations.outputs,
    } satisfies Record<keyof TrendsOutputs, string>);
  }
}
