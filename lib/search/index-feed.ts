import { Duration } from 'aws-cdk-lib';
import { CfnEventSourceMapping, CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct, type IDependable } from 'constructs';

import type { RejectionReason } from '../../core/parse-event.ts';
import type { Env } from '../../lambdas/shared/indexing/search-env.ts';
import type { Config } from '../config.ts';
import type { RecordSource } from '../constructs/record-source.ts';
import { StreamConsumer } from '../constructs/stream-consumer.ts';
import type { RejectedBucket } from '../ingestion/rejected-bucket.ts';
import type { LakeObjects } from '../lake/lake-stack.ts';
import type { AlarmTopic } from '../observability/alarm-topic.ts';
import type { Panel } from '../observability/panel.ts';
import { LakeFeed } from './lake-feed.ts';
import { searchFeedOf } from './search-flags.ts';
import type { SearchServer } from './search-server.ts';

/** What no other consumer tells of: what is no event is rejected by `write-live` as well. */
const REASONS: readonly RejectionReason[] = ['unprocessable', 'index_refused'];

/** Where the index can be fed from. */
export interface FeedSources {
  readonly stream: RecordSource;
  /** Where it feeds the index. */
  readonly lake: LakeObjects | undefined;
  readonly table: RecordSource;
}

export interface IndexFeedProps {
  readonly config: Config;
  readonly alarms: AlarmTopic;
  readonly sources: FeedSources;
  readonly rejected: RejectedBucket;
  readonly server: SearchServer;
  /** JSON: see SearchSettings. */
  readonly settings: string;
}

/** Feeds the index from where the preset says; the documents are the same. */
export class IndexFeed extends Construct {
  /** How the feed does. */
  readonly panels: readonly Panel[];

  constructor(scope: Construct, id: string, props: IndexFeedProps) {
    super(scope, id);
    const feed = this.addFeed(props);
    props.server.grantWrite(feed.fn);
    props.rejected.grantKeep(feed.fn);
    feed.fn.addAlarm('blocked', {
      metric: feed.fn.ownMetric('IndexBlocked'),
      meaning: 'The search server takes nothing: its disk is full, or it is read only, or it denies',
    });
    const events = ['EventsIndexed', 'StaleEvents', 'TooOldEvents'].map((name) => feed.fn.ownMetric(name));
    this.panels = [{ title: 'Events', metrics: events }, ...feed.panels];
  }

  /**
   * Lets nothing flow, and no new code run, before something is there: a document with a field that the template does not
   * have yet would be refused. The role of the function is there before, as it may be named in what is waited for.
   */
  startAfter(first: IDependable): void {
    for (const part of this.node.findAll())
      if (part instanceof CfnEventSourceMapping || part instanceof CfnFunction) part.node.addDependency(first);
  }

  private addFeed(props: IndexFeedProps): StreamConsumer | LakeFeed {
    const chosen = searchFeedOf(props.config);
    if (chosen === undefined) throw new Error('there is no index to feed');
    return chosen === 'lake' ? this.feedFromLake(props) : this.feedFromRecords(props, chosen);
  }

  private feedFromRecords(props: IndexFeedProps, feed: 'stream' | 'table'): StreamConsumer {
    return new StreamConsumer(this, 'Records', {
      ...functionProps(props, `index-${feed}`),
      stream: props.sources[feed],
      rejected: props.rejected,
      reasons: REASONS,
      batchingWindow: Duration.seconds(1),
    });
  }

  private feedFromLake(props: IndexFeedProps): LakeFeed {
    const { lake } = props.sources;
    if (lake === undefined) throw new Error('there is no lake to read from');
    return new LakeFeed(this, 'Lake', {
      ...functionProps(props, 'index-lake'),
      lake,
      reasons: REASONS,
    });
  }
}

function functionProps({ config, alarms, server, settings, rejected }: IndexFeedProps, name: string) {
  return {
    config,
    stage: 'search',
    name,
    alarms,
    timeout: Duration.minutes(1),
    environment: {
      SEARCH_ENDPOINT: server.endpoint,
      SEARCH_SETTINGS: settings,
      REJECTED_BUCKET_NAME: rejected.bucketName,
    } satisfies Record<keyof Env, string>,
  };
}
