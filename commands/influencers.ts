import { parseArgs } from 'node:util';

import { INFLUENCE_MEASURES } from '../core/search/influencers.ts';
import { shareOfVoice } from '../core/search/share-of-voice.ts';
import { checkPreset, runCommand } from '../deployment/command-line.ts';
import { withSearch, type Search } from '../deployment/open-search.ts';
import { parseWholeNumber } from '../deployment/option-values.ts';
import { slowProgress } from '../deployment/slow-progress.ts';
import { resolveTarget } from '../deployment/target.ts';
import { findVoices } from '../storage/search/find-share-of-voice.ts';
import { countPosts } from '../storage/search/find-posts.ts';
import { findInfluencers } from '../storage/search/influencers.ts';
import { emptyIndexText } from './found-posts-text.ts';
import { influencersTable } from './influencers-table.ts';
import { parseFilter, parseOneOf, SEARCH_OPTIONS } from './search-options.ts';
import { shareTable } from './share-table.ts';

const USAGE = `Usage: npm run influencers -- [--by posts|reach|engagement] [--topic nba] [--source twitter] [--since 24h]
       [--limit 10] [--json] [--preset trends] [--target aws]
       npm run influencers -- --share [--topic nba] [--source twitter] [--since 24h] [--json]
Shows the authors with the most posts, the most followers (as last seen, each author once), or the most engagement of
their posts together. --share: share of voice, what each topic and each network of it has of posts, authors, reach and
engagement. --since: 90m, 24h, 7d, or a UTC day or time; default: all that is kept. --json (with npm run --silent): one array.`;

const DEEPEST = 1_000;

await runCommand(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      ...SEARCH_OPTIONS,
      by: { type: 'string', default: 'posts' },
      limit: { type: 'string', default: '10' },
      share: { type: 'boolean', default: false },
    },
  });
  const { source, topic, since } = values;
  const filter = parseFilter({ source, topic, since }, Date.now());
  const measure = parseOneOf('by', values.by, INFLUENCE_MEASURES);
  const limit = parseWholeNumber('limit', values.limit, { min: 1, max: DEEPEST });
  const report = slowProgress('Counting posts of authors', process.stderr, Date.now);
  const preset = checkPreset(values.preset);
  await withSearch(resolveTarget(values), preset, async (search) => {
    if (values.share) {
      const { voices, leftOut } = await findVoices(search, filter, report);
      const shares = shareOfVoice(voices);
      if (values.json) return console.log(JSON.stringify(shares));
      const isNothing = voices.every(({ sources }) => sources.length === 0);
      return console.log(isNothing && (await isEmpty(search)) ? emptyIndexText(preset) : shareTable(shares, leftOut));
    }
    const found = await findInfluencers(search, { filter, measure, limit }, report);
    if (values.json) return console.log(JSON.stringify(found.best));
    const isNothing = found.authors === 0;
    console.log(isNothing && (await isEmpty(search)) ? emptyIndexText(preset) : influencersTable(found, measure));
  });
});

async function isEmpty({ client, alias }: Search): Promise<boolean> {
  return (await countPosts(client, alias)) === 0;
}
