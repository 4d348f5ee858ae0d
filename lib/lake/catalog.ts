import { Aws, Stack } from 'aws-cdk-lib';
import { CfnDatabase, CfnTable, DataFormat } from 'aws-cdk-lib/aws-glue';
import { Construct } from 'constructs';

import { LAKE_COLUMNS, LAKE_PARTITIONS } from '../../core/event-fields.ts';
import { JSON_SERDE, projectionOf } from '../../core/lake-ddl.ts';
import type { Config } from '../config.ts';
import type { ServiceRole } from '../constructs/service-role.ts';
import type { LakeBucket } from './lake-bucket.ts';
import { catalogNames } from './lake-flags.ts';

/** The places of the lake that Athena reads as tables of the same name. */
type LakeTable = 'raw' | 'posts';

/** What Firehose looks up before it converts. https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html */
const READ_SCHEMA = ['glue:GetTable', 'glue:GetTableVersion', 'glue:GetTableVersions'];

export interface CatalogProps {
  readonly config: Config;
  readonly bucket: LakeBucket;
}

/**
 * What Athena knows of the lake: a database with the table `raw` of all observations and the table `posts` of one row
 * for each post. Their partitions are computed from the days that a query names, so that nothing has to add them:
 * https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html
 */
export class Catalog extends Construct {
  readonly databaseName: string;
  /** The table that Firehose converts by. */
  readonly raw: CfnTable;

  constructor(scope: Construct, id: string, { config, bucket }: CatalogProps) {
    super(scope, id);
    this.databaseName = catalogNames(config.preset).database;
    const database = new CfnDatabase(this, 'Database', {
      catalogId: Aws.ACCOUNT_ID,
      databaseInput: { name: this.databaseName, description: `Groundswell ${config.preset.name}: the lake` },
    });
    const rawFormat = config.lakeFormat === 'parquet' ? DataFormat.PARQUET : DataFormat.JSON;
    this.raw = this.addTable('raw', { database, bucket, format: rawFormat });
    this.addTable('posts', { database, bucket, format: DataFormat.PARQUET });
  }

  /** Lets a service read what the columns of `raw` are. */
  grantReadSchema(role: ServiceRole): void {
    role.allow({ actions: READ_SCHEMA, resources: [...this.arns, this.arnOf('table', 'raw')] });
  }

  /** Of the catalog and the database, which Glue asks rights on as well as on a table. */
  get arns(): readonly string[] {
    return [Stack.of(this).formatArn({ service: 'glue', resource: 'catalog' }), this.arnOf('database')];
  }

  /** The ARN of something in the database. */
  arnOf(resource: 'database' | 'table', name?: string): string {
    const path = name === undefined ? this.databaseName : `${this.databaseName}/${name}`;
    return Stack.of(this).formatArn({ service: 'glue', resource, resourceName: path });
  }

  private addTable(name: LakeTable, { database, bucket, format }: TableProps): CfnTable {
    const table = new CfnTable(this, name, {
      catalogId: Aws.ACCOUNT_ID,
      databaseName: this.databaseName,
      tableInput: {
        name,
        tableType: 'EXTERNAL_TABLE',
        partitionKeys: LAKE_PARTITIONS.map((partition) => ({ name: partition, type: 'string' })),
        parameters: {
          EXTERNAL: 'TRUE',
          classification: format === DataFormat.PARQUET ? 'parquet' : 'json',
          ...projectionOf(bucket.urlOf(name)),
        },
        storageDescriptor: {
          location: bucket.urlOf(name),
          columns: LAKE_COLUMNS.map((column) => ({
            name: column.name,
            type: column.type,
            ...(column.meaning !== '' && { comment: column.meaning }),
          })),
          inputFormat: format.inputFormat.className,
          outputFormat: format.outputFormat.className,
          serdeInfo: {
            serializationLibrary: format === DataFormat.JSON ? JSON_SERDE : format.serializationLibrary.className,
          },
        },
      },
    });
    table.addResourceDependency(database);
    return table;
  }
}

interface TableProps {
  readonly database: CfnDatabase;
  readonly bucket: LakeBucket;
  readonly format: DataFormat;
}
