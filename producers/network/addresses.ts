import { SetupError } from '../../deployment/command-line.ts';
import type { NetworkFacts } from '../../deployment/networks.ts';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
/** The protocol without TLS that belongs to one with it. */
const PLAIN: Readonly<Record<string, string>> = { 'https:': 'http:', 'wss:': 'ws:' };

/**
 * The addresses of a network: from the environment, or the usual ones; without a slash at the end. Unencrypted ones are
 * taken on this machine only.
 * @throws SetupError if one of them is none
 */
export function readAddresses(
  { addresses }: Pick<NetworkFacts, 'addresses'>,
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(addresses).map(([name, usual]) => [name, checkAddress(name, environment[name] || usual, usual)]),
  );
}

/** Whether a host, as a URL names it, is this machine. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}

function checkAddress(name: string, text: string, usual: string): string {
  const { protocol: secure } = new URL(usual);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url !== undefined && url.protocol === PLAIN[secure] && isLoopback(url.hostname);
  if (url?.protocol !== secure && !isPlain)
    throw new SetupError(
      `${name} is ${JSON.stringify(text)}; allowed is an address such as ${usual}, and ${PLAIN[secure]}//localhost:PORT on this machine.`,
    );
  return text.replace(/\/+$/, '');
}
