/** A list price. */
export interface Price {
  readonly usd: number;
  readonly per: string;
  /** The page that states it. */
  readonly source: string;
}

/**
 * List prices of us-east-1 in US dollars, without free tiers and discounts, as published by 2026-11. They were entered
 * from the pages' known state and not compared with them on that day: look them up before you rely on a bill.
 */
export const PRICES = {
  shardHour: { usd: 0.015, per: 'shard and hour', source: 'https://aws.amazon.com/kinesis/data-streams/pricing/' },
  putUnit: { usd: 0.014e-6, per: 'put of up to 25 kB', source: 'https://aws.amazon.com/kinesis/data-streams/pricing/' },
  lambdaRequest: { usd: 0.2e-6, per: 'request', source: 'https://aws.amazon.com/lambda/pricing/' },
  lambdaGbSecond: { usd: 0.0000133334, per: 'GB-second on ARM', source: 'https://aws.amazon.com/lambda/pricing/' },
  writeUnit: { usd: 0.625e-6, per: 'write request unit', source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/' },
  readUnit: { usd: 0.125e-6, per: 'read request unit', source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/' },
  tableGb: { usd: 0.25, per: 'GB and month', source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/' },
  recoveryGb: { usd: 0.2, per: 'GB and month', source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/' },
  s3Write: { usd: 0.005e-3, per: 'PUT, COPY, POST or LIST', source: 'https://aws.amazon.com/s3/pricing/' },
  s3Read: { usd: 0.0004e-3, per: 'GET', source: 'https://aws.amazon.com/s3/pricing/' },
  s3Gb: { usd: 0.023, per: 'GB and month', source: 'https://aws.amazon.com/s3/pricing/' },
  firehoseGb: {
    usd: 0.029,
    per: 'GB of records, each in steps of 5 KB',
    source: 'https://aws.amazon.com/firehose/pricing/',
  },
  partitionedGb: { usd: 0.02, per: 'GB sorted into partitions', source: 'https://aws.amazon.com/firehose/pricing/' },
  partitionedFile: { usd: 0.005e-3, per: 'file of a partition', source: 'https://aws.amazon.com/firehose/pricing/' },
  convertedGb: {
    usd: 0.018,
    per: 'GB of records converted, as above',
    source: 'https://aws.amazon.com/firehose/pricing/',
  },
  flexDpuHour: { usd: 0.29, per: 'DPU-hour of Glue, flexible', source: 'https://aws.amazon.com/glue/pricing/' },
  alarm: { usd: 0.1, per: 'alarm and month', source: 'https://aws.amazon.com/cloudwatch/pricing/' },
  metric: { usd: 0.3, per: 'custom metric and month', source: 'https://aws.amazon.com/cloudwatch/pricing/' },
  dashboard: { usd: 3, per: 'dashboard and month', source: 'https://aws.amazon.com/cloudwatch/pricing/' },
  logGb: { usd: 0.5, per: 'GB of logs', source: 'https://aws.amazon.com/cloudwatch/pricing/' },
  schedule: { usd: 1e-6, per: 'invocation of a schedule', source: 'https://aws.amazon.com/eventbridge/pricing/' },
  key: { usd: 1, per: 'key and month', source: 'https://aws.amazon.com/kms/pricing/' },
  fargateCpuHour: { usd: 0.03238, per: 'vCPU and hour on ARM', source: 'https://aws.amazon.com/fargate/pricing/' },
  fargateGbHour: { usd: 0.00356, per: 'GB and hour on ARM', source: 'https://aws.amazon.com/fargate/pricing/' },
  addressHour: { usd: 0.005, per: 'public IPv4 address and hour', source: 'https://aws.amazon.com/vpc/pricing/' },
  secret: { usd: 0.4, per: 'secret and month', source: 'https://aws.amazon.com/secrets-manager/pricing/' },
  searchGb: { usd: 0.122, per: 'GB of gp3 and month', source: 'https://aws.amazon.com/opensearch-service/pricing/' },
} as const satisfies Readonly<Record<string, Price>>;

/** What a node of a search domain costs, by its type; prices as above. */
export const SEARCH_NODE_HOURS: ReadonlyMap<string, Price> = new Map(
  Object.entries({ 't3.small.search': 0.036, 't3.medium.search': 0.073 }).map(([type, usd]) => [
    type,
    { usd, per: 'node and hour', source: 'https://aws.amazon.com/opensearch-service/pricing/' },
  ]),
);
