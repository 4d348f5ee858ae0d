import type { App } from 'aws-cdk-lib';

import { stackName } from '../deployment/outputs.ts';
import type { Config } from './config.ts';
import { IngestionStack } from './ingestion/ingestion-stack.ts';
import { ProducerStack } from './ingestion/producer-stack.ts';
import { LakeStack } from './lake/lake-stack.ts';
import { DashboardStack } from './observability/dashboard-stack.ts';
import { ObservabilityStack } from './observability/observability-stack.ts';
import { hasSearch } from './search/search-flags.ts';
import { SearchStack } from './search/search-stack.ts';
import { TrendsStack } from './trends/trends-stack.ts';

/**
 * The map: the stages in the order in which events flow through them, a stack each. What one hands to another goes
 * downstream only. References between stacks are strong (cdk.json): a weak one would let a stage read from a stream
 * that was replaced until it is deployed again, without a word.
 */
export function createGroundswell(app: App, config: Config): void {
  const name = (stage: string): string => stackName(config.preset.name, stage);

  // First, because every stage tells it what is wrong.
  const { alarms } = new ObservabilityStack(app, name('Observability'), { config });

  const { stream, rejected, watch, producerSecrets } = new IngestionStack(app, name('Ingestion'), { config, alarms });

  const isAlwaysOn = config.producers.length > 0;
  const producers = isAlwaysOn
    ? new ProducerStack(app, name('Producers'), { config, alarms, stream, secrets: producerSecrets })
    : undefined;

  const trends = new TrendsStack(app, name('Trends'), { config, stream, rejected, alarms });

  const lake = config.lake ? new LakeStack(app, name('Lake'), { config, stream, rejected, alarms }) : undefined;
  // Firehose begins with what comes after it was made; every other consumer with what is there.
  if (lake !== undefined)
    producers?.addStackDependency(lake, 'The lake lacks what is sent before its Firehose is there');

  const sources = { stream, lake: lake?.feed, table: trends.liveTables };
  const search = hasSearch(config)
    ? new SearchStack(app, name('Search'), { config, alarms, sources, rejected })
    : undefined;

  // Last, because it shows every stage: a row for each step, in the order in which events pass.
  new DashboardStack(app, name('Dashboard'), {
    config,
    alarms,
    steps: [
      { title: 'Producers and stream', panels: [...stream.panels, ...(producers?.panels ?? [])] },
      { title: 'write-live', panels: trends.panels.write },
      { title: 'Aggregations', panels: trends.panels.aggregate },
      { title: 'Tables', panels: trends.panels.tables },
      ...(lake === undefined ? [] : [{ title: 'Lake', panels: lake.panels }]),
      ...(search === undefined ? [] : [{ title: 'Search', panels: search.panels }]),
      { title: 'Rejected', panels: [...trends.panels.rejected, ...watch.panels] },
    ],
  });
}
