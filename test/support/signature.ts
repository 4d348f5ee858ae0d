import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What a request is signed with. */
export interface Signer {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * Whether a request carries the signature that AWS computes of it, over its body as it came
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 */
export function isSigned({ method, url = '', headers }: IncomingMessage, body: Buffer, signer: Signer): boolean {
  const match = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(.+), SignedHeaders=(.+), Signature=(.+)$/.exec(
    headers.authorization ?? '',
  );
  if (match === null) return false;
  const [, key, scope = '', names = '', signature] = match;
  const { pathname, searchParams } = new URL(url, 'http://signed');
  searchParams.sort();
  const canonical = [
    method,
    pathname,
    searchParams.toString(),
    ...names.split(';').map((name) => `${name}:${String(headers[name])}`),
    '',
    names,
    sha256(body),
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(Buffer.from(canonical))].join('\n');
  const signingKey = scope
    .split('/')
    .reduce<Buffer>((key, part) => hmac(key, part), Buffer.from(`AWS4${signer.secretAccessKey}`));
  return key === signer.accessKeyId && signature === hmac(signingKey, text).toString('hex');
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
