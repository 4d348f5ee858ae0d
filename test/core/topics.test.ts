import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { topicMatcher, type TopicRule, type TopicText } from '../../core/topics.ts';

const TOPICS: TopicRule[] = [
  { name: 'cats', keywords: ['cat', 'kitty', 'house cat'], categories: ['Cats'], media: [] },
  { name: 'cats with images', keywords: ['cat'], categories: [], media: ['image'] },
  { name: 'carriers', keywords: ['at&t', 'face id', '東京'], categories: [], media: [] },
];

const match = topicMatcher(TOPICS);

function post(overrides: Partial<TopicText>): TopicText {
  return { text: '', hashtags: [], media: [], ...overrides };
}

test.each([
  ['a word', { text: 'My CAT sleeps' }, ['cats']],
  ['a word between punctuation', { text: '"cat"!' }, ['cats']],
  ['a part of a word', { text: 'concatenate the category' }, []],
  ['a hashtag of the network', { hashtags: ['Kitty'] }, ['cats']],
  ['a hashtag in the text', { text: 'so #cat' }, ['cats']],
  ['a hashtag of a phrase without its space', { hashtags: ['faceid'] }, ['carriers']],
  ['a word of the title', { title: 'Kitty', text: 'x' }, ['cats']],
  ['the words of a phrase', { text: 'my Face-ID broke' }, ['carriers']],
  ['the words of a phrase apart', { text: 'face my id' }, []],
  ['a phrase over the end of the text', { text: 'face' }, []],
  ['a keyword with a sign in it', { text: 'AT&T again' }, ['carriers']],
  ['a script without spaces, as a word of its own', { text: '東京 is big' }, ['carriers']],
  ['a category', { category: 'cats' }, ['cats']],
  ['a word and the media', { text: 'cat', media: ['image'] }, ['cats', 'cats with images']],
  ['half a character', { text: 'cat \ud83d' }, ['cats']],
  ['nothing', {}, []],
])('%s', (_, overrides: Partial<TopicText>, topics) => {
  expect(match(post(overrides))).toEqual(topics);
});

test('the matcher finds what a search for every keyword finds', () => {
  const word = fc.constantFrom('a', 'b', 'c', 'd');
  const keyword = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' '));
  const topic = fc.record({ keywords: fc.array(keyword, { maxLength: 4 }) });
  fc.assert(
    fc.property(fc.array(topic, { maxLength: 5 }), fc.array(word, { maxLength: 12 }), (topics, words) => {
      const rules = topics.map(({ keywords }, i) => ({ name: `t${i}`, keywords, categories: [], media: [] }));
      const text = words.join(' ');
      const naive = rules.filter(({ keywords }) => keywords.some((each) => ` ${text} `.includes(` ${each} `)));

      expect(topicMatcher(rules)(post({ text }))).toEqual(naive.map(({ name }) => name));
    }),
  );
});

test('no topics match nothing', () => {
  expect(topicMatcher([])(post({ text: 'cat' }))).toEqual([]);
});
