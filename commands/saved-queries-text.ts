import { LAKE_QUERIES } from '../core/lake-queries.ts';
import { PRESET_NAMES, presetNamed } from '../presets/presets.ts';

/** The saved queries for people: each with its name and what its rows are. @param withSql whether its SQL follows */
export function queryList(withSql = false): string {
  const texts = LAKE_QUERIES.map(({ name, meaning, sql }) => {
    const lines = `${name}\n  ${meaning}`;
    return withSql ? `${lines}\n\n${sql.replaceAll(/^/gm, '    ')}` : lines;
  });
  return texts.join(withSql ? '\n\n' : '\n');
}

/** Why a saved query has found nothing, where its preset is the reason; else empty. @param name of the query */
export function nothingFoundRemark(name: string | undefined, preset: string): string {
  if (name !== 'sentiment-per-feature' || presetNamed(preset).features.length > 0) return '';
  const others = PRESET_NAMES.filter((other) => presetNamed(other).features.length > 0);
  return ` The preset ${preset} looks for no features; ${others.join(', ')} does.`;
}
