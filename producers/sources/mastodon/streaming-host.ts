import * as z from 'zod';

import { isLoopback } from '../../network/addresses.ts';
import { SourceError } from '../../source-error.ts';

const InstanceSchema = z.object({ configuration: z.object({ urls: z.object({ streaming: z.string() }) }) });

/**
 * The address of a server's streams over HTTP, without a slash at the end: what the server says of itself
 * (https://docs.joinmastodon.org/entities/Instance/#streaming), else its own address.
 * @throws SourceError if it is not encrypted, but for this machine: the token would be read by others
 */
export function streamingHost(instance: unknown, ownAddress: string): string {
  const parsed = InstanceSchema.safeParse(instance);
  const said = parsed.success ? parsed.data.configuration.urls.streaming : '';
  const address = (URL.canParse(said) ? said : ownAddress).replace(/^ws/, 'http').replace(/\/+$/, '');
  const { protocol, hostname } = new URL(address);
  if (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))) return address;
  throw new SourceError(
    `The streams of this server are not encrypted: set MASTODON_URL to another server, or take MASTODON_TOKEN away.`,
  );
}
