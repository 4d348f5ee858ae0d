import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';

import { REJECTION_REASONS } from '../../../core/parse-event.ts';
import { emittedMetrics, type NamedMetric } from '../../support/emitted-metrics.ts';
import { resourcesOf, synthApp, templateOf } from '../../support/app.ts';

/**
 * What AWS emits by itself, and of what.
 * https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
 * https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
 */
const OF_AWS: Readonly<Record<string, readonly [dimension: string, type: string]>> = {
  'AWS/Kinesis IncomingRecords': ['StreamName', 'AWS::Kinesis::Stream'],
  'AWS/Kinesis IncomingBytes': ['StreamName', 'AWS::Kinesis::Stream'],
  'AWS/Kinesis WriteProvisionedThroughputExceeded': ['StreamName', 'AWS::Kinesis::Stream'],
  'AWS/Kinesis PutRecords.FailedRecords': ['StreamName', 'AWS::Kinesis::Stream'],
  'AWS/Lambda Errors': ['FunctionName', 'AWS::Lambda::Function'],
  'AWS/Lambda Throttles': ['FunctionName', 'AWS::Lambda::Function'],
  'AWS/Lambda Duration': ['FunctionName', 'AWS::Lambda::Function'],
  'AWS/Lambda Invocations': ['FunctionName', 'AWS::Lambda::Function'],
  'AWS/Lambda IteratorAge': ['FunctionName', 'AWS::Lambda::Function'],
  'AWS/Lambda DestinationDeliveryFailures': ['FunctionName', 'AWS::Lambda::Function'],
  'AWS/Lambda OnFailureDestinationDeliveredEventCount': ['EventSourceMappingUUID', 'AWS::Lambda::EventSourceMapping'],
  'AWS/Firehose DeliveryToS3.DataFreshness': ['DeliveryStreamName', 'AWS::KinesisFirehose::DeliveryStream'],
  'AWS/Firehose DeliveryToS3.Success': ['DeliveryStreamName', 'AWS::KinesisFirehose::DeliveryStream'],
  'AWS/Firehose BackupToS3.DataFreshness': ['DeliveryStreamName', 'AWS::KinesisFirehose::DeliveryStream'],
  'AWS/Firehose BackupToS3.Success': ['DeliveryStreamName', 'AWS::KinesisFirehose::DeliveryStream'],
  'AWS/Firehose KinesisMillisBehindLatest': ['DeliveryStreamName', 'AWS::KinesisFirehose::DeliveryStream'],
  'AWS/Firehose PartitionCount': ['DeliveryStreamName', 'AWS::KinesisFirehose::DeliveryStream'],
  'AWS/Firehose PartitionCountExceeded': ['DeliveryStreamName', 'AWS::KinesisFirehose::DeliveryStream'],
  'AWS/Events TriggeredRules': ['RuleName', 'AWS::Events::Rule'],
  'AWS/DynamoDB ConsumedWriteCapacityUnits': ['TableName', 'AWS::DynamoDB::Table'],
  'AWS/SQS ApproximateNumberOfMessagesVisible': ['QueueName', 'AWS::SQS::Queue'],
};

const WidgetSchema = z.object({
  type: z.enum(['alarm', 'text', 'metric']),
  x: z.int(),
  y: z.int(),
  width: z.int(),
  properties: z.looseObject({
    title: z.string().optional(),
    markdown: z.string().optional(),
    alarms: z.array(z.string()).optional(),
    metrics: z.array(z.array(z.unknown())).default([]),
  }),
});
type Widget = z.infer<typeof WidgetSchema>;

const JoinSchema = z.object({ 'Fn::Join': z.tuple([z.literal(''), z.array(z.unknown())]) });
const OutputReference = z.object({
  'Fn::GetStackOutput': z.looseObject({ StackName: z.string(), OutputName: z.string() }),
});
const Reference = z.union([
  z.object({ Ref: z.string() }).transform(({ Ref }) => Ref),
  z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }).transform((value) => value['Fn::GetAtt'][0]),
]);

describe('the dashboard', () => {
  const app = synthApp();
  let emitted: NamedMetric[] = [];
  beforeAll(async () => {
    emitted = await emittedMetrics();
  });
  const widgets = widgetsOf();

  /** What it shows, with each reference as JSON. */
  function widgetsOf(): Widget[] {
    const [dashboard] = resourcesOf(app, 'AWS::CloudWatch::Dashboard');
    const parts = JoinSchema.parse(dashboard?.Properties['DashboardBody'])['Fn::Join'][1];
    const body = parts.map((part) => (typeof part === 'string' ? part : quoted(part))).join('');
    return z.object({ widgets: z.array(WidgetSchema) }).parse(JSON.parse(body)).widgets;
  }

  /** The type of the resource that a dimension names. */
  function typeOf(value: string): string | undefined {
    const { StackName, OutputName } = OutputReference.parse(JSON.parse(value))['Fn::GetStackOutput'];
    const template = templateOf(app, StackName.split('-').at(-1) ?? '');
    const id = Reference.parse(template.findOutputs(OutputName)[OutputName]?.['Value']);
    const types = [...new Set(Object.values(OF_AWS).map(([, type]) => type))];
    return types.find((type) => id in template.findResources(type));
  }

  const shown = widgets.flatMap(({ properties }) => properties.metrics.map((metric) => namedMetric(metric)));

  test('is one, which the bill counts, and small enough to be looked at', () => {
    expect(resourcesOf(app, 'AWS::CloudWatch::Dashboard')).toHaveLength(1);
    expect(shown.length).toBeGreaterThan(20);
    expect(shown.length).toBeLessThanOrEqual(60);
  });

  test('has a row for each step, in the order in which events pass', () => {
    const headings = widgets
      .filter(({ type }) => type === 'text')
      .toSorted((a, b) => a.y - b.y)
      .map(({ properties }) => properties.markdown);

    expect(headings).toEqual([
      '## Producers and stream',
      '## write-live',
      '## Aggregations',
      '## Tables',
      '## Lake',
      '## Rejected',
    ]);
  });

  test('shows under each heading what belongs to it', () => {
    const rows = widgets
      .filter(({ type }) => type === 'text')
      .map((heading) => ({
        heading: heading.properties.markdown?.slice('## '.length),
        metrics: widgets
          .filter(({ type, y }) => type === 'metric' && y === heading.y + 1)
          .flatMap(({ properties }) => properties.metrics.map((metric) => namedMetric(metric))),
      }));
    const belongs = Object.fromEntries(
      rows.map(({ heading, metrics }) => [heading, [...new Set(metrics.map(ownerOf))].toSorted()]),
    );

    expect(belongs).toEqual({
      'Producers and stream': ['AWS/Kinesis'],
      'write-live': ['AWS/Lambda', 'trends-write-live'],
      Aggregations: ['AWS/Lambda', 'trends-aggregate-5-minute', 'trends-aggregate-hour', 'trends-aggregate-minute'],
      Tables: ['AWS/DynamoDB'],
      Lake: ['AWS/Events', 'AWS/Firehose', 'AWS/Lambda', 'trends-transform-lake'],
      Rejected: ['AWS/Lambda', 'trends-watch-rejected', 'trends-write-live'],
    });
    expect(rows.flatMap(({ metrics }) => metrics)).toHaveLength(shown.length);
  });

  test('fits its widgets into the grid, none over another', () => {
    for (const widget of widgets) {
      expect(widget.x + widget.width).toBeLessThanOrEqual(24);
      const beside = widgets.filter((other) => other.y === widget.y && other.x > widget.x);
      for (const other of beside) expect(other.x).toBeGreaterThanOrEqual(widget.x + widget.width);
    }
  });

  test('shows every alarm of the app', () => {
    const names = resourcesOf(app, 'AWS::CloudWatch::Alarm').map(({ Properties }) => String(Properties['AlarmName']));
    const [status] = widgets.filter(({ type }) => type === 'alarm');

    expect(status?.properties.alarms?.map((arn) => arn.split(':').at(-1)).toSorted()).toEqual(names.toSorted());
  });

  test('shows nothing of our own that no function emits', () => {
    const ours = shown.filter(({ namespace }) => namespace === 'Groundswell');

    expect(ours).not.toEqual([]);
    expect(ours.filter((metric) => !isEmitted(metric, emitted))).toEqual([]);
  });

  test('shows everything of our own that a function emits', () => {
    expect(emitted).not.toEqual([]);
    expect(emitted.filter((metric) => !isEmitted(metric, shown))).toEqual([]);
  });

  test('shows nothing of AWS that AWS does not emit of such a resource', () => {
    const ofAws = shown.filter(({ namespace }) => namespace !== 'Groundswell');
    const found = ofAws.map(({ namespace, metricName, dimensions }) => [
      `${namespace} ${metricName}`,
      Object.entries(dimensions).flatMap(([name, value]) => [name, typeOf(value)]),
    ]);

    expect(found).toEqual(found.map(([name]) => [name, OF_AWS[String(name)]]));
  });

  test('is of the metrics that alarms look at: none of our own is without data', () => {
    const AlarmSchema = z.looseObject({
      Namespace: z.string(),
      MetricName: z.string(),
      Dimensions: z.array(z.object({ Name: z.string(), Value: z.unknown() })),
    });
    const metrics = resourcesOf(app, 'AWS::CloudWatch::Alarm').map(({ Properties }): NamedMetric => {
      const { Namespace, MetricName, Dimensions } = AlarmSchema.parse(Properties);
      const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, String(Value)]));
      return { namespace: Namespace, metricName: MetricName, dimensions };
    });
    const ours = metrics.filter(({ namespace }) => namespace === 'Groundswell');
    const ofAws = metrics.filter(({ namespace }) => namespace !== 'Groundswell');

    expect(ours.filter((metric) => !isEmitted(metric, emitted))).toEqual([]);
    expect(ofAws.map(({ dimensions }) => Object.keys(dimensions))).toEqual(
      ofAws.map(({ namespace, metricName }) => [OF_AWS[`${namespace} ${metricName}`]?.[0]]),
    );
  });
});

/** A reference inside a JSON text, as a text of that JSON. */
function quoted(reference: unknown): string {
  return JSON.stringify(JSON.stringify(reference)).slice(1, -1);
}

/** A metric as a dashboard writes it: namespace, name, names and values of dimensions, options. */
function namedMetric(metric: readonly unknown[]): NamedMetric {
  const [namespace = '', metricName = '', ...pairs] = metric.filter((part) => typeof part === 'string');
  const dimensions: Record<string, string> = {};
  for (let i = 0; i < pairs.length; i += 2) dimensions[pairs[i] ?? ''] = pairs[i + 1] ?? '';
  return { namespace, metricName, dimensions };
}

function ownerOf({ namespace, dimensions }: NamedMetric): string {
  return dimensions['service'] ?? namespace;
}

/** The same name, service and dimensions; every reason that there is stands for every other. */
function isEmitted(metric: NamedMetric, among: readonly NamedMetric[]): boolean {
  return among.some((other) => JSON.stringify(comparable(other)) === JSON.stringify(comparable(metric)));
}

function comparable({ namespace, metricName, dimensions }: NamedMetric) {
  const { reason, service, ...others } = dimensions;
  const isReason = REJECTION_REASONS.some((known) => known === reason);
  return [namespace, metricName, service, isReason ? 'a reason' : reason, Object.entries(others)];
}
