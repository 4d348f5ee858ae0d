import {
  CloudFormationClient,
  DescribeStacksCommand,
  CloudFormationServiceException,
} from '@aws-sdk/client-cloudformation';
import type * as z from 'zod';

import {
  IngestionOutputsSchema,
  LakeOutputsSchema,
  SearchOutputsSchema,
  stackName,
  TrendsOutputsSchema,
  type IngestionOutputs,
  type LakeOutputs,
  type SearchOutputs,
  type TrendsOutputs,
} from './outputs.ts';
import { clientConfig, TargetError, type Target } from './target.ts';

/** What the ingestion stage of a preset is called where it is deployed. @throws TargetError if it is not */
export function readIngestion(target: Target, preset: string): Promise<IngestionOutputs> {
  return readOutputs(target, { name: stackName(preset, 'Ingestion'), preset }, IngestionOutputsSchema);
}

/** What the trends stage of a preset is called where it is deployed. @throws TargetError if it is not */
export function readTrends(target: Target, preset: string): Promise<TrendsOutputs> {
  return readOutputs(target, { name: stackName(preset, 'Trends'), preset }, TrendsOutputsSchema);
}

/** What the lake stage of a preset is called where it is deployed. @throws TargetError if it is not */
export async function readLake(target: Target, preset: string): Promise<LakeOutputs> {
  const name = stackName(preset, 'Lake');
  const outputs = await describeOutputs(target, name);
  if (outputs !== undefined) return parseOutputs(target, name, outputs, LakeOutputsSchema);
  await readIngestion(target, preset);
  throw new TargetError(
    `The lake is not deployed for preset ${preset} on ${target.label}: deploy it without \`-c lake=false\`.`,
  );
}

/**
 * Where the search server of a preset is. Its stage is there only where it was asked for.
 * @throws TargetError if it is not deployed there, with how to get it
 */
export async function readSearch(target: Target, preset: string): Promise<SearchOutputs> {
  const outputs = await findSearch(target, preset);
  if (outputs !== undefined) return outputs;
  // Is the preset not there at all, this says so.
  await readIngestion(target, preset);
  const how =
    target.endpoint === undefined
      ? 'deploy it with `-c search=true`, which costs about 27 USD a month'
      : '`npm start` brings a search server up, or says why it cannot';
  throw new TargetError(`Search is off for preset ${preset} on ${target.label}: ${how}.`);
}

/** Where the search server of a preset is; undefined where its stage is not deployed. */
export async function findSearch(target: Target, preset: string): Promise<SearchOutputs | undefined> {
  const name = stackName(preset, 'Search');
  const outputs = await describeOutputs(target, name);
  return outputs && parseOutputs(target, name, outputs, SearchOutputsSchema);
}

async function readOutputs<T>(
  target: Target,
  stack: { readonly name: string; readonly preset: string },
  schema: z.ZodType<T>,
): Promise<T> {
  const outputs = await describeOutputs(target, stack.name);
  if (outputs !== undefined) return parseOutputs(target, stack.name, outputs, schema);
  throw new TargetError(
    `Preset ${stack.preset} is not deployed on ${target.label}: run \`npm run local -- up\` or \`npm run deploy\` with it first.`,
  );
}

function parseOutputs<T>(target: Target, stack: string, outputs: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(outputs);
  if (parsed.success) return parsed.data;
  throw new TargetError(`The stack ${stack} on ${target.label} is of another version: deploy it again.`);
}

async function describeOutputs(target: Target, name: string): Promise<Record<string, string> | undefined> {
  try {
    const client = new CloudFormationClient(clientConfig(target));
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name }));
    const outputs = Stacks?.[0]?.Outputs ?? [];
    return Object.fromEntries(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  } catch (error) {
    // CloudFormation answers a name that it does not know with a ValidationError.
    if (error instanceof CloudFormationServiceException && error.name === 'ValidationError') return undefined;
    throw unreachable(target, error);
  }
}

function unreachable(target: Target, error: unknown): Error {
  if (error instanceof CloudFormationServiceException) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new TargetError(
    `${target.label} cannot be reached (${reason}): check that it runs and that you are signed in.`,
    {
      cause: error,
    },
  );
}
