import { CfnOutput, type Stack } from 'aws-cdk-lib';

/** Adds what commands read of a deployed stack: one output for each entry, under its name. */
export function addOutputs(stack: Stack, outputs: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(outputs)) new CfnOutput(stack, name, { value });
}
