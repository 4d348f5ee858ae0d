import { normaliseHashtag } from '../core/hashtags.ts';
import { UsageError } from '../deployment/command-line.ts';

/**
 * A keyword on the command line as the tables have it: NFKC, lower case, without `#`.
 * @param name what the usage calls it
 * @throws UsageError if it is missing or can be no keyword
 */
export function parseKeyword(name: string, text: string | undefined): string {
  const keyword = text === undefined ? undefined : normaliseHashtag(text);
  if (keyword !== undefined) return keyword;
  throw new UsageError(`${name} is ${JSON.stringify(text ?? '')}; allowed is a keyword of 1 to 128 characters.`);
}
