import { indexNameOf } from '../core/search/index-name.ts';
import { documentOf, documentVersion } from '../core/search/post-document.ts';
import { searchEngine } from '../core/search/search-engine.ts';
import type { SearchSettings } from '../core/search/search-settings.ts';
import type { SocialEvent } from '../core/social-event.ts';
import { presetNamed } from '../presets/presets.ts';
import { generate } from '../producers/sources/generator.ts';
import { seededRandom, type Random } from '../producers/sources/generator/random.ts';
import type { BulkOperation } from '../storage/search/bulk-request.ts';

const PRESET = presetNamed('sentiment');
const START_MS = Date.UTC(2026, 10, 2);
const RATE = 100;
const VOCABULARY = 50_000;
const AUTHORS = 50_000;
const MOST_WORDS = 30;

export const SEARCH_SETTINGS: SearchSettings = {
  alias: 'posts',
  refreshSeconds: 5,
  indexPeriod: 'month',
  retentionDays: 90,
  maxBytes: 1,
  features: PRESET.features,
};

/**
 * Bulk operations of posts, without end, the same for the same seed. The generator's own few sentences would compress as
 * no real posts do, so half of each text is drawn from 50,000 made-up words, frequent ones and rare ones as in language.
 */
export function* searchPosts(seed: number): Generator<BulkOperation> {
  const random = seededRandom(seed);
  const engine = searchEngine(SEARCH_SETTINGS);
  for (const { event } of generate({
    preset: PRESET,
    seed,
    startMs: START_MS,
    rate: RATE,
    duplicates: 0,
    late: 0.05,
  })) {
    const varied = vary(event, random);
    yield {
      id: varied.id,
      index: indexNameOf(SEARCH_SETTINGS, varied.created_at),
      version: documentVersion(varied),
      json: JSON.stringify(documentOf(varied, engine)),
    };
  }
}

/** Each is a post of its own: later observations would take the place of earlier ones, and less disk. */
function vary(event: SocialEvent, random: Random): SocialEvent {
  const id = `${event.id.split(':')[0]}:${1_900_000_000_000_000_000n + BigInt(random.below(2 ** 50))}`;
  if (event.kind === 'delete') return { ...event, id };
  const author = random.below(AUTHORS);
  return {
    ...event,
    id,
    text: `${event.text} ${Array.from({ length: random.below(MOST_WORDS) }, () => wordOf(random)).join(' ')}`,
    url: `https://example.com/${id.slice(id.indexOf(':') + 1)}`,
    author: { ...event.author, id: String(10_000_000_000 + author * 7_919), handle: `user_${author.toString(36)}` },
  };
}

/** The word of rank r about 1/r as often as the first one. */
function wordOf(random: Random): string {
  const rank = Math.floor(VOCABULARY ** random.next());
  return (rank * 48_271 + 11).toString(36).replaceAll(/\d/g, (digit) => 'aeioulnrst'[Number(digit)] ?? '');
}
