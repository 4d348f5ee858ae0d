import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';

import { LAKE_COLUMNS, LAKE_PARTITIONS } from '../../../core/event-fields.ts';
import { LAKE_QUERIES } from '../../../core/lake-queries.ts';
import { LAKE_PREFIXES, dayPrefix } from '../../../storage/lake/lake-layout.ts';
import { synthApp, templateOf, type Settings } from '../../support/app.ts';

const TABLES = ['raw', 'posts'] as const;
const Column = z.looseObject({ Name: z.string(), Type: z.string() });
const TableInput = z.looseObject({
  Name: z.string(),
  PartitionKeys: z.array(Column),
  Parameters: z.record(z.string(), z.unknown()),
  StorageDescriptor: z.looseObject({
    Columns: z.array(Column),
    Location: z.unknown(),
    SerdeInfo: z.object({ SerializationLibrary: z.string() }),
  }),
});

function lakeOf(settings: Settings = {}): Template {
  return templateOf(synthApp(settings), 'Lake');
}

/** What the catalog says of a table. */
function tableOf(lake: Template, name: (typeof TABLES)[number]): z.infer<typeof TableInput> {
  const found = Object.values(lake.findResources('AWS::Glue::Table'))
    .map(({ Properties }) => TableInput.parse(Properties.TableInput))
    .find(({ Name }) => Name === name);
  return TableInput.parse(found);
}

/** A text that CloudFormation joins, with `bucket` for the name of the bucket. */
function joined(value: unknown): string {
  const [, parts] = z.object({ 'Fn::Join': z.tuple([z.literal(''), z.array(z.unknown())]) }).parse(value)['Fn::Join'];
  return parts.map((part) => (typeof part === 'string' ? part : 'bucket')).join('');
}

describe.each([
  ['on AWS', {}],
  ['on the emulator', { target: 'local' }],
])('the catalog %s', (_, settings) => {
  const lake = lakeOf(settings);

  test('is a database of its preset', () => {
    lake.hasResourceProperties('AWS::Glue::Database', { DatabaseInput: { Name: 'groundswell_trends' } });
    lake.hasOutput('CatalogDatabase', { Value: 'groundswell_trends' });
    lake.resourceCountIs('AWS::Glue::Table', TABLES.length);
  });

  test.each(TABLES)('has in %s the columns of a row, in their order', (name) => {
    expect(tableOf(lake, name).StorageDescriptor.Columns.map(({ Name, Type }) => ({ name: Name, type: Type }))).toEqual(
      LAKE_COLUMNS.map((column) => ({ name: column.name, type: column.type })),
    );
  });

  test.each(TABLES)('finds the days of %s where they are written, by the partitions that rows have', (name) => {
    const { PartitionKeys, Parameters, StorageDescriptor } = tableOf(lake, name);
    const template = joined(Parameters['storage.location.template']);
    const day: Record<string, string> = { year: '2026', month: '11', day: '09' };

    expect(PartitionKeys).toEqual(LAKE_PARTITIONS.map((partition) => ({ Name: partition, Type: 'string' })));
    expect(joined(StorageDescriptor.Location)).toBe(`s3://bucket/${LAKE_PREFIXES[name]}`);
    expect(template.replaceAll(/\$\{(\w+)\}/g, (__, part: string) => day[part] ?? '?')).toBe(
      `s3://bucket/${dayPrefix(Date.UTC(2026, 10, 9), LAKE_PREFIXES[name])}`,
    );
  });

  test.each(TABLES)('computes the days of %s that a query leaves open, with leading zeros', (name) => {
    expect(tableOf(lake, name).Parameters).toMatchObject({
      'projection.enabled': 'true',
      'projection.year.type': 'integer',
      'projection.year.range': '2006,2050',
      'projection.year.digits': '4',
      'projection.month.range': '1,12',
      'projection.month.digits': '2',
      'projection.day.range': '1,31',
      'projection.day.digits': '2',
    });
  });

  test('has a workgroup that no query of which reads more than the settings say, whatever a client asks for', () => {
    lakeOf({ ...settings, lakeQueryMaxGib: '3' }).hasResourceProperties('AWS::Athena::WorkGroup', {
      Name: 'groundswell-trends',
      WorkGroupConfiguration: {
        EnforceWorkGroupConfiguration: true,
        BytesScannedCutoffPerQuery: 3 * 1024 ** 3,
        ResultConfiguration: {
          EncryptionConfiguration: { EncryptionOption: 'SSE_S3' },
          OutputLocation: { 'Fn::Join': ['', ['s3://', Match.anyValue(), `/${LAKE_PREFIXES.queryResults}`]] },
        },
      },
    });
    lake.hasOutput('WorkgroupName', { Value: 'groundswell-trends' });
  });
});

test.each([
  ['json', 'org.apache.hive.hcatalog.data.JsonSerDe'],
  ['parquet', 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'],
])('the table raw reads what Firehose writes: %s; posts is Parquet in any case', (lakeFormat, serde) => {
  const lake = lakeOf({ lakeFormat });

  expect(tableOf(lake, 'raw').StorageDescriptor.SerdeInfo.SerializationLibrary).toBe(serde);
  expect(tableOf(lake, 'raw').Parameters['classification']).toBe(lakeFormat);
  expect(tableOf(lake, 'posts').Parameters['classification']).toBe('parquet');
});

describe('the named queries', () => {
  test('are all saved in the workgroup, as they are defined', () => {
    const saved = Object.values(lakeOf().findResources('AWS::Athena::NamedQuery')).map(({ Properties }) => Properties);

    expect(saved).toEqual(
      LAKE_QUERIES.map(({ name, meaning, sql }) => ({
        Name: name,
        Description: meaning,
        QueryString: sql,
        Database: 'groundswell_trends',
        WorkGroup: 'groundswell-trends',
      })),
    );
    expect(saved.length).toBeGreaterThanOrEqual(4);
  });

  test('are not saved on the emulator, which has no such resource', () => {
    lakeOf({ target: 'local' }).resourceCountIs('AWS::Athena::NamedQuery', 0);
  });
});
