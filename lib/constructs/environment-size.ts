import { Token, Tokenization } from 'aws-cdk-lib';

import { InvalidSettingsError } from '../../presets/read-settings.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html counts names and values, and Lambda's own. */
const MAX_BYTES = 3_584;

/** No name or ARN that CloudFormation makes for our stacks is longer. */
const DEPLOYED_NAME_BYTES = 110;

/**
 * Checks that the environment of a function fits into Lambda's 4 KB, with room for what Lambda and CDK add.
 * @param name the function's
 * @throws InvalidSettingsError if it does not: the preset tracks too many or too long keywords
 */
export function checkEnvironmentSize(name: string, environment: Readonly<Record<string, string>>): void {
  const bytes = Object.entries(environment).reduce((sum, [key, value]) => sum + key.length + deployedBytes(value), 0);
  if (bytes > MAX_BYTES)
    throw new InvalidSettingsError(
      `the environment of ${name} takes ${bytes} bytes and may take ${MAX_BYTES}: track fewer or shorter keywords in the preset's topics`,
    );
}

/** The length of a value when it is deployed; names that are made then are taken at their longest. */
function deployedBytes(value: string): number {
  const { tokens } = Tokenization.reverseString(value);
  const name = 'x'.repeat(DEPLOYED_NAME_BYTES);
  return Buffer.byteLength(tokens.reduce((text, token) => text.replace(Token.asString(token), name), value));
}
