import { dirname, delimiter } from 'node:path';

import { type Target, resolveTarget } from '../deployment/target.ts';

// Either would send a child process elsewhere, or sign with the person's own credentials.
const OVERRULING = /^AWS_(PROFILE|DEFAULT_PROFILE|SESSION_TOKEN|ENDPOINT_URL_.*)$/;

/**
 * The variables that make AWS clients, the CDK and our own commands act on a target.
 * @returns nothing for the real account: the person's own environment says where that is
 */
export function awsEnvironment(target: Target = resolveTarget({})): Record<string, string> {
  const { endpoint, region, credentials } = target;
  if (endpoint === undefined || credentials === undefined || region === undefined) return {};
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** The environment of a child process that acts on a target, with this Node first in PATH. */
export function childEnvironment(target: Target, environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const inherited = Object.entries(environment).filter(
    ([name]) => target.endpoint === undefined || !OVERRULING.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    ...awsEnvironment(target),
    PATH: `${dirname(process.execPath)}${delimiter}${environment['PATH'] ?? ''}`,
  };
}
