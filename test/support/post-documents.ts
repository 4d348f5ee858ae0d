import { extractPhrases } from '../../core/phrases.ts';
import { scoreSentiment } from '../../core/afinn.ts';
import { featureFinder } from '../../core/features.ts';
import { indexNameOf } from '../../core/search/index-name.ts';
import { indexTemplate } from '../../core/search/index-template.ts';
import { documentOf, documentVersion } from '../../core/search/post-document.ts';
import type { SocialEvent } from '../../core/social-event.ts';
import type { Preset } from '../../presets/preset-schema.ts';
import { generate } from '../../producers/sources/generator.ts';
import { searchClient } from '../../storage/search/search-client.ts';

/** Generated events of a preset, one a second, the last of them observed at `endMs`. */
export function eventsUntil(preset: Preset, endMs: number, count: number): SocialEvent[] {
  const startMs = endMs - count * 1_000;
  const events = generate({ preset, seed: 7, startMs, rate: 1, duplicates: 0, late: 0 });
  return [...events.take(count)].map(({ event }) => event);
}

/**
 * Puts the template onto a server and stores the documents of events in it, so that they can be found.
 * @throws Error if one of them is refused
 */
export async function storeDocuments(url: string, alias: string, preset: Preset, events: readonly SocialEvent[]) {
  const client = searchClient({ endpoint: url });
  await client.indices.putIndexTemplate({ name: alias, body: indexTemplate({ alias, refreshSeconds: 1 }) as never });
  const engine = { extractPhrases, scoreSentiment, findFeatures: featureFinder(preset.features, scoreSentiment) };
  const lines = events.flatMap((event) => [
    JSON.stringify({
      index: {
        _index: indexNameOf({ alias, indexPeriod: 'month' }, event.created_at),
        _id: event.id,
        version: documentVersion(event),
        version_type: 'external',
      },
    }),
    JSON.stringify(documentOf(event, engine)),
  ]);
  const { body } = await client.bulk({ body: `${lines.join('\n')}\n`, refresh: true } as never);
  await client.close();
  const refused = body.items.flatMap(({ index }) =>
    index?.error === undefined || index.status === 409 ? [] : [index],
  );
  if (refused.length > 0) throw new Error(`${refused.length} documents are refused: ${JSON.stringify(refused[0])}`);
}
