import type { RejectionReason } from '../../core/parse-event.ts';
import type { Config } from '../config.ts';
import type { EventStream } from '../ingestion/event-stream.ts';
import type { RejectedBucket } from '../ingestion/rejected-bucket.ts';
import type { AlarmTopic } from '../observability/alarm-topic.ts';
import type { Panel } from '../observability/panel.ts';
import type { Catalog } from './catalog.ts';
import type { LakeBucket } from './lake-bucket.ts';

/** What no other consumer tells of: what is no event is rejected by `write-live` as well. */
export const LAKE_REASONS: readonly RejectionReason[] = ['unprocessable'];

export interface DeliveryProps {
  readonly config: Config;
  readonly alarms: AlarmTopic;
  /** Where events come from. */
  readonly stream: EventStream;
  /** Keeps what is no event. */
  readonly rejected: RejectedBucket;
  /** Where they go. */
  readonly bucket: LakeBucket;
  readonly catalog: Catalog;
  /** JSON: see LakeSettings. */
  readonly settings: string;
}

/** What brings events from the stream into the lake. */
export interface Delivery {
  /** How it does. */
  readonly panels: readonly Panel[];
}
