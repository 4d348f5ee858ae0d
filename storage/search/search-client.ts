import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { Client } from '@opensearch-project/opensearch';
import { AwsSigv4Signer } from '@opensearch-project/opensearch/aws-v3';

export interface SearchClientOptions {
  /** Address of the server; a user and password in it are sent as basic authentication. */
  readonly endpoint: string;
  /**
   * Requests at once.
   * @default 4
   */
  readonly maxSockets?: number;
  /**
   * How long an answer is waited for, unless the request says so itself.
   * @default 30 seconds
   */
  readonly timeoutMs?: number;
}

/**
 * A client of a search server: signed with the caller's AWS credentials where the endpoint is a domain of AWS, plain
 * anywhere else. It tries nothing again; who uses it decides what is.
 */
export function searchClient({ endpoint, maxSockets = 4, timeoutMs = 30_000 }: SearchClientOptions): Client {
  const region = awsRegionOf(endpoint);
  const provider = defaultProvider();
  return new Client({
    ...(region !== undefined && AwsSigv4Signer({ region, service: 'es', getCredentials: () => provider() })),
    node: endpoint,
    maxRetries: 0,
    requestTimeout: timeoutMs,
    // There is one node: to ask whether it lives again costs a request that nobody waits for.
    resurrectStrategy: 'none',
    agent: ({ url }) => new (url.protocol === 'https:' ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets }),
  });
}

const DOMAIN = /\.([a-z0-9-]+)\.(?:es|aos)\.amazonaws\.com(?:\.cn)?$/;
const DUAL_STACK_DOMAIN = /\.aos\.([a-z0-9-]+)\.on\.aws$/;

/**
 * The region in the address of a domain of AWS; undefined for any other server.
 * https://docs.aws.amazon.com/opensearch-service/latest/developerguide/createupdatedomains.html
 */
export function awsRegionOf(endpoint: string): string | undefined {
  const { hostname } = new URL(endpoint);
  return (DOMAIN.exec(hostname) ?? DUAL_STACK_DOMAIN.exec(hostname))?.[1];
}

/** Whether a server is on this machine, so that what is sent to it takes no network. */
export function isOnThisMachine(endpoint: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(new URL(endpoint).hostname);
}
