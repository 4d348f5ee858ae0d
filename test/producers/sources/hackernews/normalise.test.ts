import { describe, expect, test } from 'vitest';

import { normaliseHackerNews } from '../../../../producers/sources/hackernews/normalise.ts';
import { checkNormalise, eventOf, OBSERVED_AT } from '../../../support/networks/check-normalise.ts';

const STORY = {
  by: 'dhouston',
  descendants: 71,
  id: 8863,
  kids: [8952, 9224],
  score: 111,
  time: 1175714200,
  title: 'My YC app: Dropbox &amp; friends',
  type: 'story',
  url: 'http://www.getdropbox.com/u/2/screencast.html',
};
const COMMENT = {
  by: 'norvig',
  id: 2921983,
  kids: [2922097],
  parent: 2921506,
  text: 'Aw shucks&#x27;<p>HTML <i>is</i> #fun: <a href="https:&#x2F;&#x2F;example.org&#x2F;a&#x2F;long" rel="nofollow">https:&#x2F;&#x2F;example.org&#x2F;a...</a>',
  time: 1314211127,
  type: 'comment',
};
const DELETED = { deleted: true, id: 8864, parent: 8863, time: 1175714300, type: 'comment' };
const DEAD = { by: 'spam', dead: true, id: 8865, text: '[dead]', time: 1175714301, type: 'comment' };

const normalise = (payload: unknown) => normaliseHackerNews(payload, { observedAt: OBSERVED_AT });
const item = (overrides: object): object => eventOf(normaliseHackerNews, { ...STORY, ...overrides });

describe('an item of Hacker News', () => {
  test('is an event with all that it says', () => {
    expect(eventOf(normaliseHackerNews, STORY)).toEqual({
      v: 1,
      id: 'hackernews:8863',
      source: 'hackernews',
      kind: 'post',
      created_at: '2007-04-04T19:16:40.000Z',
      observed_at: OBSERVED_AT,
      text: '',
      title: 'My YC app: Dropbox & friends',
      url: 'https://news.ycombinator.com/item?id=8863',
      author: { id: 'dhouston', handle: 'dhouston' },
      metrics: { score: 111, comments: 71 },
      tags: [],
      hashtags: [],
      mentions: [],
      urls: ['http://www.getdropbox.com/u/2/screencast.html'],
      media: [],
      annotations: [],
    });
  });

  test('that is a comment has a plain text, whole addresses, and what it answers', () => {
    expect(eventOf(normaliseHackerNews, COMMENT)).toMatchObject({
      id: 'hackernews:2921983',
      kind: 'comment',
      created_at: '2011-08-24T18:38:47.000Z',
      text: "Aw shucks'\n\nHTML is #fun: https://example.org/a/long",
      hashtags: ['fun'],
      urls: ['https://example.org/a/long'],
      metrics: {},
      ref: { reply_to: 'hackernews:2921506' },
    });
  });

  test.each([
    ['a poll', { type: 'poll', parts: [1, 2] }, { kind: 'post' }],
    ['a job', { type: 'job', by: undefined }, { kind: 'post' }],
    ['a text of its own', { url: '', text: 'a long line '.repeat(40) }, { text: 'a long line '.repeat(40).trim() }],
    ['code', { text: '<pre><code>  a\n   b &lt;c&gt;\n</code></pre>' }, { text: 'a\n   b <c>' }],
    ['an escaped entity', { text: '&amp;lt; 1 < 2' }, { text: '&lt; 1 < 2' }],
    ['half a character', { title: 'a\ud83d' }, { title: 'a\ufffd' }],
    ['a hashtag in its title', { title: 'so #cats' }, { hashtags: ['cats'] }],
    ['a negative score', { score: -4 }, { metrics: { score: -4, comments: 71 } }],
    ['a score that is none', { score: 'many', descendants: -1 }, { metrics: {} }],
    ['a time within a second', { time: 1175714200.5 }, { created_at: '2007-04-04T19:16:40.500Z' }],
    ['tags nested without end', { text: `${'<i>'.repeat(50_000)}x` }, { text: '...' }],
  ])('with %s', (_, overrides, fields) => {
    expect(item(overrides)).toMatchObject(fields);
  });
});

test.each([
  ['a deleted item', DELETED, { kind: 'delete', id: 'hackernews:8864', createdAt: '2007-04-04T19:18:20.000Z' }],
  ['a dead item', DEAD, { kind: 'delete', id: 'hackernews:8865', createdAt: '2007-04-04T19:18:21.000Z' }],
  ['a deleted item without a time', { deleted: true, id: 5 }, { kind: 'delete', id: 'hackernews:5' }],
  ['a poll option', { ...STORY, type: 'pollopt' }, { kind: 'ignored', what: 'poll options and other items' }],
  ['an item of no type', { id: 5, time: 1 }, { kind: 'ignored', what: 'poll options and other items' }],
  ['an item without a time', { ...STORY, time: null }, { kind: 'rejected', reason: 'an item without a time' }],
  ['a time beyond the calendar', { ...STORY, time: 1e15 }, { kind: 'rejected', reason: 'an item without a time' }],
  ['an id that is none', { ...STORY, id: '1' }, { kind: 'rejected', reason: 'not an item of Hacker News' }],
  ['nothing', null, { kind: 'rejected', reason: 'not an item of Hacker News' }],
])('%s', (_, payload, normalised) => {
  expect(normalise(payload)).toEqual(normalised);
});

test('whatever is sent, it is an event or is counted', () => {
  checkNormalise(normaliseHackerNews, [STORY, COMMENT, DELETED, DEAD]);
});
