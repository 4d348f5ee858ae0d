import { scoreSentiment } from '../afinn.ts';
import { featureFinder } from '../features.ts';
import { extractPhrases } from '../phrases.ts';
import type { SearchEngine } from './post-document.ts';
import type { SearchSettings } from './search-settings.ts';

/** The engine that every feed makes documents with: another one would give the same post another document. */
export function searchEngine({ features }: Pick<SearchSettings, 'features'>): SearchEngine {
  return { extractPhrases, scoreSentiment, findFeatures: featureFinder(features, scoreSentiment) };
}
