import { CfnNamedQuery, CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { Construct } from 'constructs';

import { LAKE_QUERIES } from '../../core/lake-queries.ts';
import type { Config } from '../config.ts';
import type { Catalog } from './catalog.ts';
import type { LakeBucket } from './lake-bucket.ts';
import { catalogNames } from './lake-flags.ts';

const GIB = 1024 ** 3;

export interface WorkgroupProps {
  readonly config: Config;
  readonly bucket: LakeBucket;
  readonly catalog: Catalog;
}

/** Where people ask Athena: no query reads, and costs, more than the settings say; the named ones are saved in it. */
export class Workgroup extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, { config, bucket, catalog }: WorkgroupProps) {
    super(scope, id);
    this.name = catalogNames(config.preset).workgroup;
    const group = new CfnWorkGroup(this, 'Group', {
      name: this.name,
      description: `Groundswell ${config.preset.name}: the lake`,
      // Its history goes with it; else a group that was ever used could not be deleted.
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        // Whatever a client asks for.
        enforceWorkGroupConfiguration: true,
        bytesScannedCutoffPerQuery: config.lakeQueryMaxGib * GIB,
        publishCloudWatchMetricsEnabled: true,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: bucket.urlOf('queryResults'),
          encryptionConfiguration: { encryptionOption: 'SSE_S3' },
        },
      },
    });
    // The emulator has no such resource; `npm run query` knows the queries itself.
    if (config.target === 'aws') this.saveQueries(group, catalog);
  }

  private saveQueries(group: CfnWorkGroup, { databaseName }: Catalog): void {
    for (const { name, meaning, sql } of LAKE_QUERIES) {
      const query = new CfnNamedQuery(this, name, {
        name,
        description: meaning,
        database: databaseName,
        queryString: sql,
        workGroup: this.name,
      });
      query.addResourceDependency(group);
    }
  }
}
