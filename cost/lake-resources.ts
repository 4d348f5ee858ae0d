import * as z from 'zod';

/** How much Firehose gathers before it writes a file. */
interface Buffer {
  readonly bufferMib: number;
  readonly bufferSeconds: number;
}

/** What of the lake has a price. */
export interface LakeResources {
  /** Where there is a Firehose. */
  readonly delivery: { readonly rows: Buffer; readonly originals: Buffer; readonly hasConversion: boolean } | undefined;
  /** The dedupe job: the capacity of a run in data processing units, and how often its trigger starts it. */
  readonly job: { readonly dpus: number; readonly runsPerHour: number };
}

interface Resource {
  readonly Type: string;
  readonly Properties: unknown;
}

const BufferSchema = z
  .object({ SizeInMBs: z.int(), IntervalInSeconds: z.int() })
  .transform(({ SizeInMBs, IntervalInSeconds }) => ({ bufferMib: SizeInMBs, bufferSeconds: IntervalInSeconds }));
const DeliverySchema = z.object({
  ExtendedS3DestinationConfiguration: z.object({
    BufferingHints: BufferSchema,
    DynamicPartitioningConfiguration: z.object({ Enabled: z.literal(true) }),
    S3BackupConfiguration: z.object({ BufferingHints: BufferSchema }),
    DataFormatConversionConfiguration: z.object({ Enabled: z.boolean() }).optional(),
  }),
});
/** A worker of this type is one unit: https://docs.aws.amazon.com/glue/latest/dg/add-job.html */
const JobSchema = z.object({
  WorkerType: z.literal('G.1X'),
  NumberOfWorkers: z.int(),
  ExecutionClass: z.literal('FLEX'),
});
const TriggerSchema = z.object({ Schedule: z.string().optional() });
/** `cron(17 3 * * ? *)` is a day, `cron(17 0/6 * * ? *)` six hours. */
const SCHEDULE = /^cron\(\d+ (?:0\/)?(\d+) \* \* \? \*\)$/;

/** Reads what of the lake has a price; `runsPerHour` is 0 where the job is started by hand. */
export function lakeResources(resources: readonly Resource[]): LakeResources {
  const of = (type: string): unknown[] =>
    resources.filter(({ Type }) => Type === type).map(({ Properties }) => Properties);
  const [stream] = of('AWS::KinesisFirehose::DeliveryStream').map((each) => DeliverySchema.parse(each));
  const [job] = of('AWS::Glue::Job').map((each) => JobSchema.parse(each));
  const schedules = of('AWS::Glue::Trigger').flatMap((each) => TriggerSchema.parse(each).Schedule ?? []);
  const config = stream?.ExtendedS3DestinationConfiguration;
  return {
    delivery: config && {
      rows: config.BufferingHints,
      originals: config.S3BackupConfiguration.BufferingHints,
      hasConversion: config.DataFormatConversionConfiguration?.Enabled ?? false,
    },
    job: { dpus: job?.NumberOfWorkers ?? 0, runsPerHour: schedules.reduce((sum, each) => sum + runsPerHour(each), 0) },
  };
}

/** @throws RangeError for a schedule of another form */
function runsPerHour(schedule: string): number {
  const [, hours] = SCHEDULE.exec(schedule) ?? [];
  if (hours === undefined) throw new RangeError(`the bill does not know the schedule ${schedule} of the dedupe job`);
  return schedule.includes('/') ? 1 / Number(hours) : 1 / 24;
}
