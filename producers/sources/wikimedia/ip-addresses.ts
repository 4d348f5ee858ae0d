import { isIP } from 'node:net';

/** What may be an address of either version; a time of day is one of the others. */
const CANDIDATE =
  /(?<![\p{L}\p{N}.])\d{1,3}(?:\.\d{1,3}){2}\.(?:\d{1,3}|xxx)(?!\.?[\p{L}\p{N}])|(?<![\p{L}\p{N}])(?:[\da-f]{1,4}:|:(?=:))[\da-f:]*[\da-f:](?![\p{L}\p{N}])/giu;

/** A text without the IP addresses in it: by one, somebody without an account could be found. */
export function withoutIpAddresses(text: string): string {
  return text.replace(CANDIDATE, (candidate) => (isAddress(candidate) ? '' : candidate));
}

/** Whether a text has an IP address in it. */
export function hasIpAddress(text: string): boolean {
  return withoutIpAddresses(text) !== text;
}

/** Old edits have the last part of an address crossed out. */
function isAddress(candidate: string): boolean {
  return isIP(candidate.replace(/xxx$/i, '0')) !== 0;
}
