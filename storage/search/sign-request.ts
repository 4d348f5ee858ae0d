import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';

import { awsRegionOf } from './search-client.ts';

/** A request with its whole body, so that it can be hashed. */
export interface WholeRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The headers that a request is sent with, the signature among them. */
export type SignRequest = (request: WholeRequest) => Promise<Record<string, string>>;

export interface Signing {
  readonly region: string;
  /** @default - the SDK's own chain */
  readonly credentials?: ConstructorParameters<typeof SignatureV4>[0]['credentials'];
}

/** Signs for a search domain of AWS (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html). */
export function signForAws({ region, credentials = defaultProvider() }: Signing): SignRequest {
  const signer = new SignatureV4({ service: 'es', region, credentials, sha256: Sha256 });
  return async ({ method, url, headers, body }) => {
    const signed = await signer.sign({
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { ...headers, host: url.host },
      body,
    });
    // Whoever sends it names the host itself.
    const { host: _host, ...sent } = signed.headers;
    return sent;
  };
}

/** How requests to an address are signed: for a domain of AWS, and not at all elsewhere. */
export function signingFor(url: string): SignRequest | undefined {
  const region = awsRegionOf(url);
  return region === undefined ? undefined : signForAws({ region });
}
