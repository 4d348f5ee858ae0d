import type { LakeRow } from '../../core/event-fields.ts';
import { lakeRow } from '../../core/lake-row.ts';
import { lakeRowSettings } from '../../core/lake-settings.ts';
import type { SocialEvent } from '../../core/social-event.ts';
import { presetNamed } from '../../presets/presets.ts';
import { resolveWeights } from '../../presets/weights.ts';
import { eventKey } from '../../storage/event-key.ts';
import { makePost } from './make-event.ts';
import { randomEvents, type RandomEventOptions } from './random-events.ts';

const { features, weights } = presetNamed('iphone');
const SETTINGS = lakeRowSettings({ features, weights: resolveWeights(weights) });

/** The row of an event that came so many milliseconds after it was created. */
export function makeRow(event: SocialEvent = makePost(), afterMs = 6_000): LakeRow {
  const arrivedAtMs = Date.parse(event.created_at) + afterMs;
  return lakeRow(event, { eventKey: eventKey(event), arrivedAtMs }, SETTINGS);
}

/** Rows of random events, some with what the preset looks for, come at different times. */
export function randomRows(options: RandomEventOptions): LakeRow[] {
  return randomEvents(options).map((event, i) => {
    const text = FEATURE_TEXTS[i % FEATURE_TEXTS.length];
    const said = event.kind === 'delete' || text === undefined ? event : { ...event, text, lang: 'en' };
    return makeRow(said, (i % 7) ** 6 * 1_700);
  });
}

const FEATURE_TEXTS = [
  'The camera is great, but the battery is terrible.',
  undefined,
  'The screen is awful and the price is good',
  'I bought it',
];
