import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { seededRandom } from '../../producers/sources/generator/random.ts';
import { drawScript } from './script.ts';

const DISASTERS = { cut: {}, 503: {}, html: {}, hang: { slowSeconds: 32 }, mute: { slowSeconds: 62 } };
const seeds = fc.integer({ min: 0, max: 1_000_000 });
const lengths = fc.integer({ min: 2, max: 30 }).map((minutes) => minutes * 60);

describe('a script of disasters', () => {
  test('is the same for the same seed, and another for another', () => {
    const draw = (seed: number) => drawScript(DISASTERS, 120, seededRandom(seed));

    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  test('is in order, lies within the run, kills at least twice, and has something slow after the last kill', () => {
    fc.assert(
      fc.property(seeds, lengths, (seed, seconds) => {
        const script = drawScript(DISASTERS, seconds, seededRandom(seed));
        const times = script.map(({ atMs }) => atMs);
        const lastKill = script.findLastIndex(({ name }) => name === 'kill');

        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect(Math.max(...times)).toBeLessThan(seconds * 1_000);
        expect(script.filter(({ name }) => name === 'kill').length).toBeGreaterThanOrEqual(2);
        expect(script.slice(lastKill).some(({ name }) => name === 'hang' || name === 'mute')).toBe(true);
      }),
    );
  });

  test('has each quick disaster before one comes twice', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const names = drawScript(DISASTERS, 120, seededRandom(seed)).map(({ name }) => name);
        const quick = names.filter((name) => ['cut', '503', 'html'].includes(name));

        expect(quick.length).toBeGreaterThanOrEqual(3);
        expect(new Set(quick.slice(0, 3)).size).toBe(3);
      }),
    );
  });
});
