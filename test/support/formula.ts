import { expect } from 'vitest';

import { naiveRanking, type NaiveRow } from '../../commands/naive-ranking.ts';
import { ALL } from '../../core/categories.ts';
import type { SocialEvent } from '../../core/social-event.ts';
import type { Window } from '../../core/windows.ts';
import { viewWindow } from '../../storage/view-window.ts';
import type { TrendsWorld } from './trends-world.ts';

/** The first hundred keywords of a category as readers see them. */
export async function ranking(world: TrendsWorld, window: Window, category: string = ALL): Promise<NaiveRow[]> {
  const deps = { stores: world.stores, settings: world.settings, nowMs: world.nowMs };
  const view = await viewWindow(deps, { window, category, limit: 100 });
  return view.ranking.map(({ rank, key_word, score, mentions, authors }) => ({
    rank,
    key_word,
    score,
    mentions,
    authors,
  }));
}

/** Expects of every window and category the ranking that follows from the events themselves. */
export async function expectFormula(
  world: TrendsWorld,
  events: readonly SocialEvent[],
  { windows, categories }: { windows: readonly Window[]; categories: readonly string[] },
): Promise<void> {
  const { weights } = world.settings;
  for (const { name, keyDatetime, ...window } of windows)
    for (const category of categories) {
      const expected = naiveRanking(events, { fromMs: window.startMs, toMs: window.endMs, category, weights });
      const found = await ranking(world, { name, keyDatetime, ...window }, category);
      expect({ name, keyDatetime, category, found }).toEqual({
        name,
        keyDatetime,
        category,
        found: expected.slice(0, 100),
      });
    }
}
