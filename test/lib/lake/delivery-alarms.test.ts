import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';

import { synthApp, templateOf, type Settings } from '../../support/app.ts';

const FIREHOSE = 'AWS::KinesisFirehose::DeliveryStream';

function lakeOf(settings: Settings = {}): Template {
  return templateOf(synthApp(settings), 'Lake');
}

describe('the alarms of the Firehose', () => {
  test.each([
    ['trends', 60],
    ['sentiment', 900],
  ])('of the preset %s ring when events wait a quarter of an hour longer than %i s', (preset, bufferSeconds) => {
    lakeOf({ preset }).hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: `Groundswell-${preset}-lake-delivery-freshness`,
      MetricName: 'DeliveryToS3.DataFreshness',
      Statistic: 'Maximum',
      Threshold: bufferSeconds + 900,
    });
  });

  test.each(['DeliveryToS3.Success', 'BackupToS3.Success'])(
    'ring where a hundredth of %s is missing, and not where nothing was to be written',
    (MetricName) => {
      lakeOf().hasResourceProperties('AWS::CloudWatch::Alarm', {
        MetricName,
        Threshold: 0.99,
        ComparisonOperator: 'LessThanThreshold',
        TreatMissingData: 'notBreaching',
      });
    },
  );

  test.each(['errors', 'throttles'])(
    'ring at the first %s of the function: Firehose gives up within seconds',
    (what) => {
      lakeOf().hasResourceProperties('AWS::CloudWatch::Alarm', {
        AlarmName: `Groundswell-trends-lake-transform-lake-${what}`,
        Period: 300,
        Threshold: 1,
        EvaluationPeriods: 1,
        DatapointsToAlarm: 1,
      });
    },
  );

  test('ring when a row comes without its payload', () => {
    lakeOf().hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'Groundswell-trends-lake-transform-lake-without-raw',
      MetricName: 'RowsWithoutRaw',
      Threshold: 1,
      EvaluationPeriods: 1,
    });
  });

  test('look at the stream that is there', () => {
    const lake = lakeOf();
    const [id] = Object.keys(lake.findResources(FIREHOSE));
    const names = Object.values(lake.findResources('AWS::CloudWatch::Alarm'))
      .filter(({ Properties }) => Properties.Namespace === 'AWS/Firehose')
      .map(({ Properties }) => Properties.Dimensions);

    expect(names).toHaveLength(6);
    for (const dimensions of names) expect(dimensions).toEqual([{ Name: 'DeliveryStreamName', Value: { Ref: id } }]);
  });
});
