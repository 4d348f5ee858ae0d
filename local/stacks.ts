import { CloudFormationClient, paginateDescribeStacks, type Stack } from '@aws-sdk/client-cloudformation';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

import type { Target } from '../deployment/target.ts';
import { SetupError } from '../deployment/command-line.ts';

/**
 * The stacks of a target.
 * @param name only the stack of that name; `[]` if there is none
 * @throws SetupError if nobody answers, or there are no credentials
 */
export async function describeStacks(target: Target, name?: string): Promise<Stack[]> {
  const { label: _label, ...config } = target;
  const client = new CloudFormationClient({ ...config, maxAttempts: 2 });
  const pages = paginateDescribeStacks({ client }, { StackName: name });
  try {
    const stacks: Stack[] = [];
    for await (const { Stacks = [] } of pages) stacks.push(...Stacks);
    return stacks;
  } catch (error) {
    if (error instanceof Error && error.name === 'ValidationError') return [];
    throw unreachable(target, error);
  } finally {
    client.destroy();
  }
}

/** Account and region that the person's own credentials reach. @throws SetupError if there are none */
export async function describeAccount(target: Target): Promise<{ account: string; region: string }> {
  const { label: _label, ...config } = target;
  const client = new STSClient(config);
  try {
    const [{ Account: account = 'unknown' }, region] = await Promise.all([
      client.send(new GetCallerIdentityCommand({})),
      client.config.region(),
    ]);
    return { account, region };
  } catch (error) {
    throw unreachable(target, error);
  } finally {
    client.destroy();
  }
}

function unreachable({ endpoint }: Target, cause: unknown): SetupError {
  const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
  const advice =
    endpoint === undefined
      ? 'AWS does not answer: set a region (AWS_REGION) and credentials (AWS_PROFILE, or `aws configure`)'
      : `No AWS emulator answers at ${endpoint}: start it, or unset AWS_ENDPOINT_URL to use the one of this project`;
  return new SetupError(`${advice} (${reason}).`, { cause });
}
