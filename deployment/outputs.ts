import * as z from 'zod';

import { LakeSettingsSchema } from '../core/lake-settings.ts';
import { SOURCES } from '../core/sources.ts';
import { SearchSettingsSchema } from '../core/search/search-settings.ts';
import { TrendSettingsSchema } from '../core/trend-settings.ts';

function json<T extends z.ZodType>(schema: T) {
  return z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema);
}

/** Outputs of the stack `Groundswell-<preset>-Ingestion`. */
export const IngestionOutputsSchema = z.object({
  StreamName: z.string(),
  RejectedBucketName: z.string(),
  /** Secrets of the networks whose producer is deployed. */
  ProducerSecretNames: json(z.partialRecord(z.enum(SOURCES), z.string())),
});

/** Outputs of the stack `Groundswell-<preset>-Trends`. */
export const TrendsOutputsSchema = z.object({
  LiveTableNames: json(z.record(z.enum(SOURCES), z.string())),
  MarkTableName: z.string(),
  SummaryBucketName: z.string(),
  SnapshotTableName: z.string(),
  PerMinuteTableName: z.string(),
  Per5MinuteTableName: z.string(),
  PerHourTableName: z.string(),
  AggregateMinuteFunctionName: z.string(),
  Aggregate5MinuteFunctionName: z.string(),
  AggregateHourFunctionName: z.string(),
  TrendSettings: json(TrendSettingsSchema),
});

/** Outputs of the stack `Groundswell-<preset>-Search`. */
export const SearchOutputsSchema = z.object({
  /** Address of the search server. */
  SearchEndpoint: z.url({ protocol: /^https?$/ }),
  SearchSettings: json(SearchSettingsSchema),
  /** Where people open OpenSearch Dashboards; '' where there is none. */
  DashboardsUrl: z.string(),
});

/** Outputs of the stack `Groundswell-<preset>-Lake`. */
export const LakeOutputsSchema = z.object({
  LakeBucketName: z.string(),
  LakeSettings: json(LakeSettingsSchema),
  /** The database of Glue that Athena finds the tables in. */
  CatalogDatabase: z.string(),
  /** The workgroup of Athena. */
  WorkgroupName: z.string(),
  /** The job of Glue that makes `posts/`; '' where there is none: locally. */
  DedupeJobName: z.string(),
});

export type LakeOutputs = z.infer<typeof LakeOutputsSchema>;
export type IngestionOutputs = z.infer<typeof IngestionOutputsSchema>;
export type TrendsOutputs = z.infer<typeof TrendsOutputsSchema>;
export type SearchOutputs = z.infer<typeof SearchOutputsSchema>;

/** Name of the stack of one stage. */
export function stackName(preset: string, stage: string): string {
  return `Groundswell-${preset}-${stage}`;
}
