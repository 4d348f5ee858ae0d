import { parseArgs } from 'node:util';

import { POST_SORTS, type PostFilter } from '../core/search/queries.ts';
import { checkPreset, runCommand, UsageError } from '../deployment/command-line.ts';
import { withSearch, type Search } from '../deployment/open-search.ts';
import { parseWholeNumber } from '../deployment/option-values.ts';
import { resolveTarget } from '../deployment/target.ts';
import { countPosts, findPosts } from '../storage/search/find-posts.ts';
import { suggest } from '../storage/search/suggest.ts';
import { emptyIndexText, foundPostsText, nothingFoundText } from './found-posts-text.ts';
import { parseFilter, parseOneOf, SEARCH_OPTIONS } from './search-options.ts';
import { suggestionsText } from './suggestions-text.ts';

const USAGE = `Usage: npm run search -- lakers [--source twitter] [--sentiment negative] [--topic nba] [--feature camera]
       [--author handle] [--since 1h] [--limit 20] [--sort newest|relevance|engagement] [--json] [--preset trends]
       [--target aws]
       npm run search -- --suggest iph
Finds posts whose text, title, hashtags or author have all the words, in any form of an English word. Also "a phrase",
-without, this OR that, begin*, #hashtag, @account: put '…' around the whole, and -- before it if it begins with -
(npm run search -- -- -without). --sentiment is of the post; with --feature
it is of what the post says about that. --since: 90m, 24h, 7d, or a UTC day or time. --suggest: hashtags, features, authors and
places that begin with, or contain, some letters. --json (with npm run --silent): the documents as one array.`;

const DEEPEST = 1_000;
const MAX_TYPED = 200;
const DEFAULT_WIDTH = 100;

await runCommand(USAGE, async () => {
  const { values, positionals } = parseArgs({
    options: {
      ...SEARCH_OPTIONS,
      sentiment: { type: 'string' },
      feature: { type: 'string' },
      author: { type: 'string' },
      suggest: { type: 'string' },
      limit: { type: 'string', default: '20' },
      sort: { type: 'string', default: 'newest' },
    },
    allowPositionals: true,
  });
  const { source, sentiment, topic, feature, author, since } = values;
  const given = { source, sentiment, topic, feature, author, since };
  const filter = parseFilter(given, Date.now());
  const limit = parseWholeNumber('limit', values.limit, { min: 1, max: DEEPEST });
  const sort = parseOneOf('sort', values.sort, POST_SORTS);
  const text = positionals.join(' ');
  const target = resolveTarget(values);
  const typed = values.suggest;
  const preset = checkPreset(values.preset);
  if (typed !== undefined && text !== '')
    throw new UsageError('--suggest takes what was typed, and no query beside it.');
  await withSearch(target, preset, async (search) => {
    if (typed !== undefined)
      return printSuggestions(search, { typed: checkTyped(typed), filter, limit }, { preset, isJson: values.json });
    const found = await findPosts(search.client, search.alias, { text, filter, sort, limit });
    if (values.json) return console.log(JSON.stringify(found.posts.map(({ document }) => document)));
    if (found.total > 0) return console.log(foundPostsText(found, sort, process.stdout.columns || DEFAULT_WIDTH));
    const posts = await countPosts(search.client, search.alias);
    console.log(nothingFoundText({ text, given, posts, preset }));
  });
});

async function printSuggestions(
  { client, alias }: Search,
  request: { readonly typed: string; readonly filter: PostFilter; readonly limit: number },
  { preset, isJson }: { readonly preset: string; readonly isJson: boolean },
): Promise<void> {
  const found = await suggest(client, alias, request);
  const isNothing = found.begins.length + found.contains.length === 0;
  if (!isJson && isNothing && (await countPosts(client, alias)) === 0) return console.log(emptyIndexText(preset));
  console.log(isJson ? JSON.stringify(found) : suggestionsText(found, request.typed));
}

/** @throws UsageError if it is nothing that a word can begin with */
function checkTyped(typed: string): string {
  if (typed.trim() !== '' && [...typed].length <= MAX_TYPED) return typed.trim();
  throw new UsageError(`--suggest is ${JSON.stringify(typed)}; allowed are 1 to ${MAX_TYPED} characters.`);
}
