import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { readPreset } from '../../../../presets/preset-schema.ts';
import { PRESET_NAMES, presetNamed } from '../../../../presets/presets.ts';
import { desiredRules, ruleChanges, topicsOfTag } from '../../../../producers/sources/twitter/rules.ts';

function preset(...topics: object[]) {
  return readPreset({ name: 'test', description: 'a test', sources: ['twitter'], topics });
}

describe('the rules of a preset', () => {
  test('name every keyword, words as hashtags too, and carry the topic as tag', () => {
    expect(desiredRules(preset({ name: 'big cats', keywords: ['lion', 'snow leopard', 'at&t', '東京'] }))).toEqual([
      { value: '(lion OR #lion OR "snow leopard" OR "at&t" OR 東京 OR #東京)', tag: 'gs:test:big cats' },
    ]);
  });

  test('are those of the topic where it has some, with single spaces', () => {
    expect(
      desiredRules(preset({ name: 'cats', keywords: ['cat'], rules: ['(#cat  OR #kitty)\nhas:images', 'tiger'] })),
    ).toEqual([
      { value: '(#cat OR #kitty) has:images', tag: 'gs:test:cats' },
      { value: 'tiger', tag: 'gs:test:cats' },
    ]);
  });

  test('that several topics have are one, with the tags of all: X takes a value once', () => {
    const rules = desiredRules(preset({ name: 'a', keywords: ['cat'] }, { name: 'b', keywords: ['cat'] }));

    expect(rules).toEqual([{ value: '(cat OR #cat)', tag: 'gs:test:a | b' }]);
  });

  test('are as many as it takes for each to be short enough', () => {
    const keywords = Array.from({ length: 150 }, (_, i) => `keyword number ${i}`);
    const rules = desiredRules(preset({ name: 'many', keywords }));

    expect(rules.length).toBeGreaterThan(1);
    for (const { value } of rules) expect([...value].length).toBeLessThanOrEqual(1_024);
    for (const keyword of keywords) expect(rules.some(({ value }) => value.includes(`"${keyword}"`))).toBe(true);
  });

  test.each(PRESET_NAMES)('of %s are within the limits of X', (name) => {
    const rules = desiredRules(presetNamed(name));

    expect(rules.length).toBeGreaterThan(0);
    for (const { value } of rules) expect([...value].length).toBeLessThanOrEqual(1_024);
  });
});

test.each([
  ['gs:nba:nba tweets', ['nba tweets']],
  ['gs:nba:a:b', ['a:b']],
  ['gs:nba:a | b', ['a', 'b']],
  ['by hand', ['by hand']],
  ['gs:nba:', ['gs:nba:']],
])('the topics of the tag %s are %j', (tag, topics) => {
  expect(topicsOfTag(tag)).toEqual(topics);
});

describe('changes of rules', () => {
  const value = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const ours = fc.constantFrom('gs:test:x', 'gs:test:y');
  const anybodys = fc.constantFrom<string | undefined>('gs:test:x', 'gs:test:y', 'gs:other:x', 'by hand', undefined);
  const byValue = { selector: (rule: { value: string }) => rule.value };
  const stored = fc
    .uniqueArray(fc.record({ value, tag: anybodys }), byValue)
    .map((rules) => rules.map((rule, i) => ({ ...rule, id: String(i) })));
  const wanted = fc.uniqueArray(fc.record({ value, tag: ours }), byValue);

  test('make the rules the wanted ones, leave those of others alone, and are none the second time', () => {
    fc.assert(
      fc.property(stored, wanted, (before, rules) => {
        const { retagged, added, stale } = ruleChanges(before, rules, 'gs:test:');
        const kept = before.filter((rule) => ![...retagged, ...stale].includes(rule));
        const isFree = (each: { value: string }) => !kept.some((rule) => rule.value === each.value);
        const after = [...kept, ...added.filter(isFree).map((rule, i) => ({ ...rule, id: `new ${i}` }))];

        const others = before.filter(({ tag }) => tag?.startsWith('gs:test:') !== true);
        for (const rule of others) expect(after).toContain(rule);
        const blocked = rules.filter((rule) => others.some((each) => each.value === rule.value));
        const again = ruleChanges(after, rules, 'gs:test:');
        expect(again).toEqual({ retagged: [], stale: [], added: blocked });
      }),
    );
  });

  test('never take away a rule that is wanted as it is', () => {
    fc.assert(
      fc.property(stored, wanted, (before, rules) => {
        const { retagged, stale } = ruleChanges(before, rules, 'gs:test:');

        for (const gone of [...retagged, ...stale])
          expect(rules.some((rule) => rule.value === gone.value && rule.tag === gone.tag)).toBe(false);
      }),
    );
  });
});
