import type { ReadContext } from '../../network/network.ts';
import { SourceError } from '../../source-error.ts';
import { type RedditClient, UnavailableError } from './reddit-client.ts';

/** So many subreddits are read as if they were one. */
const GROUP_SIZE = 50;

/**
 * The subreddits to read, in lower case, each once: those of the option, else of the topics of the preset, else all.
 * @throws SourceError for a name that Reddit would not have given
 */
export function chosenSubreddits({ flags, preset }: Pick<ReadContext, 'flags' | 'preset'>): string[] {
  const option = flags['subreddits'];
  if (typeof option === 'string') return checked(option.split(','));
  if (preset.scope === 'everything') return ['all'];
  const ofTopics = checked(preset.topics.flatMap(({ subreddits }) => subreddits));
  return ofTopics.length === 0 ? ['all'] : ofTopics;
}

function checked(texts: readonly string[]): string[] {
  return [...new Set(texts.map(nameOf))];
}

function nameOf(text: string): string {
  const name = text
    .trim()
    .toLowerCase()
    .replace(/^\/?r\//, '');
  if (/^[a-z0-9_]{2,24}$/.test(name)) return name;
  throw new SourceError(
    `${JSON.stringify(text)} is no name of a subreddit: write --subreddits cats,aww (letters, digits and _).`,
  );
}

/** The subreddits that are read, and which of them can be. */
export interface Subreddits {
  /** In groups that stay the same. */
  readonly groups: readonly (readonly string[])[];
  /** Those of a group that can be read, as far as is known; `[]` if none can. */
  readable(group: readonly string[]): readonly string[];
  /**
   * Asks for each whether it can be read; one that cannot is told once and left out until it is asked for again.
   * @throws SourceError if none can
   */
  check(): Promise<void>;
}

export function subreddits(
  names: readonly string[],
  client: RedditClient,
  { notify, count }: Pick<ReadContext, 'notify' | 'count'>,
): Subreddits {
  const groups = Array.from({ length: Math.ceil(names.length / GROUP_SIZE) }, (_, i) =>
    names.slice(i * GROUP_SIZE, (i + 1) * GROUP_SIZE),
  );
  const leftOut = new Set<string>();
  const told = new Set<string>();
  const tell = (name: string, reason: string): void => {
    if (told.has(name)) return;
    told.add(name);
    count('subreddits left out');
    notify(`r/${name} cannot be read (${reason}) and is left out.`);
  };
  return {
    groups,
    readable: (group) => group.filter((name) => !leftOut.has(name)),
    async check() {
      for (const name of names) {
        const reason = await unavailable(client, name);
        if (reason === undefined) leftOut.delete(name);
        else {
          leftOut.add(name);
          tell(name, reason);
        }
      }
      if (leftOut.size === names.length)
        throw new SourceError('None of the subreddits can be read: name others with --subreddits.');
    },
  };
}

/** Why a subreddit cannot be read; undefined if it can. */
async function unavailable(client: RedditClient, name: string): Promise<string | undefined> {
  try {
    await client.listing('new', { subreddits: [name], limit: 1 });
    return undefined;
  } catch (error) {
    if (error instanceof UnavailableError) return error.message;
    throw error;
  }
}
