import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

import type { SearchOutputs } from '../../deployment/outputs.ts';
import type { Config } from '../config.ts';
import { addOutputs } from '../constructs/add-outputs.ts';
import { asciiJson } from '../constructs/ascii-json.ts';
import type { RejectedBucket } from '../ingestion/rejected-bucket.ts';
import type { AlarmTopic } from '../observability/alarm-topic.ts';
import type { Panel } from '../observability/panel.ts';
import { IndexFeed, type FeedSources } from './index-feed.ts';
import { SearchDomain } from './search-domain.ts';
import { searchSettings } from './search-flags.ts';
import { localSearchServer } from './search-server.ts';
import { SearchSetup } from './search-setup.ts';
import { SearchTrim } from './search-trim.ts';

export interface SearchStackProps {
  readonly config: Config;
  readonly alarms: AlarmTopic;
  /** What the index can be fed from. */
  readonly sources: FeedSources;
  /** Keeps what cannot be processed. */
  readonly rejected: RejectedBucket;
}

/** The stage that makes every post findable: a search server, what is set up in it, and the feeds that fill it. */
export class SearchStack extends Stack {
  /** The dashboard's view of the stage. */
  readonly panels: readonly Panel[];

  constructor(scope: Construct, id: string, { config, alarms, ...props }: SearchStackProps) {
    super(scope, id, { description: `Groundswell ${config.preset.name}: search` });
    const settings = asciiJson(searchSettings(config));
    const server =
      config.searchEndpoint === undefined
        ? new SearchDomain(this, 'Domain', { config, alarms })
        : localSearchServer(config.searchEndpoint);
    const setup = new SearchSetup(this, 'Setup', { config, alarms, server, settings });
    const feed = new IndexFeed(this, 'Feed', { ...props, config, alarms, server, settings });
    // The first document would make an index that guesses its fields.
    feed.startAfter(setup);
    const trim = new SearchTrim(this, 'Trim', { config, alarms, server, settings });

    this.panels = [...feed.panels, ...trim.panels, ...server.panels];
    addOutputs(this, {
      SearchEndpoint: server.endpoint,
      SearchSettings: settings,
      DashboardsUrl: server.dashboardsUrl,
    } satisfies Record<keyof SearchOutputs, string>);
  }
}
