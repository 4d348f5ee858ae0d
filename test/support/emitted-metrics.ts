import * as z from 'zod';

import { kinesisEvent } from './aws/kinesis-event.ts';
import { transformationEvent } from './firehose/transformation-event.ts';
import { startFakeAws } from './fake-aws.ts';
import { handlerLines } from './handler-lines.ts';
import { makePost } from './make-event.ts';

/** A metric as CloudWatch knows it. */
export interface NamedMetric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
const MetricLine = z.looseObject({
  _aws: z.object({
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string() })),
      }),
    ),
  }),
});

const SCHEDULED = { scheduled_time: 'now' };

/** Every metric that the handlers of all functions emit when they run, well and not. */
export async function emittedMetrics(): Promise<NamedMetric[]> {
  const now = new Date().toISOString();
  const records = [JSON.stringify(makePost({ created_at: now, observed_at: now })), 'no JSON'].map((data, i) => ({
    shardId: 'shardId-000000000000',
    sequenceNumber: String(i),
    partitionKey: 'e',
    arrivedAtMs: Date.now(),
    data: Buffer.from(data),
  }));
  const batch = kinesisEvent(records);
  await using calm = await startFakeAws(() => undefined);
  await using failing = await startFakeAws(({ operation }) =>
    operation === 'UpdateItem' ? { status: 400, body: '{"__type":"AccessDeniedException"}' } : undefined,
  );
  const runs = await Promise.all([
    handlerLines('write-live', batch, calm.endpoint),
    handlerLines('write-live', batch, failing.endpoint),
    handlerLines('transform-lake', transformationEvent(records), calm.endpoint),
    ...['aggregate-minute', 'aggregate-5-minute', 'aggregate-hour', 'watch-rejected'].map((name) =>
      handlerLines(name, SCHEDULED, calm.endpoint),
    ),
  ]);
  return runs.flat().flatMap((line) => metricsOf(JSON.parse(line)));
}

function metricsOf(line: unknown): NamedMetric[] {
  const { data } = MetricLine.safeParse(line);
  return (data?._aws.CloudWatchMetrics ?? []).flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) =>
      Metrics.map(({ Name }) => ({
        namespace: Namespace,
        metricName: Name,
        dimensions: Object.fromEntries(names.map((name) => [name, String(data?.[name])])),
      })),
    ),
  );
}
