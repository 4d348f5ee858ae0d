import { Aws, Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

import type { Config } from '../config.ts';
import type { AlarmRule, AlarmTopic } from '../observability/alarm-topic.ts';
import type { Panel } from '../observability/panel.ts';
import { searchSettings, WRITABLE_SHARE } from './search-flags.ts';

const MINUTE = Duration.minutes(1);
const MIB = 1024 ** 2;
const MIB_OF_GIB = 1024;
/** Of the disk, as AWS recommends. */
const RECOMMENDED_FREE_SHARE = 0.25;

interface AlarmedDomain {
  readonly config: Config;
  readonly alarms: AlarmTopic;
  readonly domainName: string;
}

/**
 * Adds the alarms of the domain, as far as one node has use for them, with the thresholds that AWS recommends:
 * https://docs.aws.amazon.com/opensearch-service/latest/developerguide/cloudwatch-alarms.html
 */
export function addDomainAlarms(scope: Construct, { config, alarms, domainName }: AlarmedDomain): void {
  const rules = {
    ...stateRules(domainName),
    ...loadRules(domainName),
    'free-storage': storageRule(domainName, config),
  };
  for (const [condition, rule] of Object.entries(rules)) alarms.addAlarm(scope, `search-domain-${condition}`, rule);
}

/** How the domain does; by its name, so that nothing has to be exported. */
export function domainPanels(domainName: string): Panel[] {
  const metric = (name: string, statistic: string): Metric =>
    domainMetric(domainName, name, { statistic, period: Duration.minutes(5) });
  return [
    { title: 'Free disk (MiB)', metrics: [metric('FreeStorageSpace', Stats.MINIMUM)] },
    {
      title: 'Processor and memory of the domain (%)',
      metrics: [metric('CPUUtilization', Stats.MAXIMUM), metric('JVMMemoryPressure', Stats.MAXIMUM)],
    },
    {
      title: 'Answers of the domain',
      metrics: [metric('2xx', Stats.SUM), metric('4xx', Stats.SUM), metric('5xx', Stats.SUM)],
    },
  ];
}

function domainMetric(
  domainName: string,
  metricName: string,
  options: { readonly statistic: string; readonly period: Duration },
): Metric {
  return new Metric({
    namespace: 'AWS/ES',
    metricName,
    dimensionsMap: { DomainName: domainName, ClientId: Aws.ACCOUNT_ID },
    ...options,
  });
}

function stateRules(domainName: string): Record<string, AlarmRule> {
  const highest = (name: string, period = MINUTE): Metric =>
    domainMetric(domainName, name, { statistic: Stats.MAXIMUM, period });
  return {
    red: { metric: highest('ClusterStatus.red'), meaning: 'The search domain has an index that it cannot read' },
    yellow: {
      metric: highest('ClusterStatus.yellow'),
      periods: 5,
      meaning: 'The search domain has an index that wants a second node',
    },
    'writes-blocked': {
      metric: highest('ClusterIndexWritesBlocked', Duration.minutes(5)),
      meaning: 'The search domain refuses to write',
    },
    'snapshot-failed': {
      metric: highest('AutomatedSnapshotFailure'),
      meaning: 'The search domain could not take its hourly snapshot',
    },
  };
}

function loadRules(domainName: string): Record<string, AlarmRule> {
  const highest = (name: string, period: Duration): Metric =>
    domainMetric(domainName, name, { statistic: Stats.MAXIMUM, period });
  return {
    cpu: {
      metric: highest('CPUUtilization', Duration.minutes(15)),
      threshold: 80,
      periods: 3,
      meaning: 'The search domain has had its processors full for 45 minutes',
    },
    jvm: {
      metric: highest('JVMMemoryPressure', MINUTE),
      threshold: 95,
      periods: 3,
      meaning: 'The search domain is short of memory',
    },
    'jvm-old': {
      metric: highest('OldGenJVMMemoryPressure', MINUTE),
      threshold: 80,
      periods: 3,
      meaning: 'The search domain is short of memory that collecting garbage does not give back',
    },
  };
}

/** What retention leaves free is less than AWS recommends: people are told when half of that is gone as well. */
function storageRule(domainName: string, config: Config): AlarmRule {
  const diskMib = config.searchVolumeGib * MIB_OF_GIB;
  const leftMib = WRITABLE_SHARE * diskMib - searchSettings(config).maxBytes / MIB;
  return {
    metric: domainMetric(domainName, 'FreeStorageSpace', { statistic: Stats.MINIMUM, period: MINUTE }),
    threshold: Math.floor(Math.min(RECOMMENDED_FREE_SHARE * diskMib, leftMib / 2)),
    isBelow: true,
    periods: 15,
    meaning: 'The disk of the search domain is nearly full, or the domain has said nothing for 15 minutes',
  };
}
