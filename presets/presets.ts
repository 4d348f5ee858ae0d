import { readPreset, type Preset, type PresetInput } from './preset-schema.ts';
import { InvalidSettingsError } from './read-settings.ts';
import { catsVsDogs } from './cats-vs-dogs.ts';
import { iphone } from './iphone.ts';
import { nba } from './nba.ts';
import { sentiment } from './sentiment.ts';
import { trends } from './trends.ts';

/** Every preset, by the name that `-c preset=` and `--preset` take. */
const PRESETS = {
  trends,
  sentiment,
  'cats-vs-dogs': catsVsDogs,
  nba,
  iphone,
} as const satisfies Readonly<Record<string, PresetInput>>;

export type PresetName = keyof typeof PRESETS;

/** The names of the presets, in the order of the registry. */
export const PRESET_NAMES: readonly PresetName[] = Object.keys(PRESETS).filter(isPresetName);

/**
 * The checked preset of a name.
 * @throws InvalidSettingsError if there is none of that name, or a setting of it is wrong
 */
export function presetNamed(name: string): Preset {
  if (!isPresetName(name))
    throw new InvalidSettingsError(`preset: is ${JSON.stringify(name)}; allowed is ${PRESET_NAMES.join(', ')}`);
  return readPreset(PRESETS[name]);
}

function isPresetName(name: string): name is PresetName {
  return Object.hasOwn(PRESETS, name);
}
