import { describe, expect, test } from 'vitest';

import { normaliseMastodon } from '../../../../producers/sources/mastodon/normalise.ts';
import { checkNormalise, eventOf, OBSERVED_AT } from '../../../support/networks/check-normalise.ts';

const ACCOUNT = {
  id: '272619',
  username: 'a',
  acct: 'a@m.x',
  display_name: 'A 💎',
  bot: false,
  followers_count: 182,
  following_count: 20,
  statuses_count: 1128,
};
const STATUS = {
  id: '108914354907984653',
  created_at: '2026-08-30T23:12:47.000Z',
  in_reply_to_id: null,
  sensitive: false,
  spoiler_text: '',
  visibility: 'public',
  language: null,
  uri: 'https://m.x/users/a/statuses/1',
  url: 'https://m.x/@a/1',
  replies_count: 0,
  reblogs_count: 2,
  favourites_count: 3,
  quotes_count: 1,
  edited_at: null,
  content:
    '<p>hi <a href="https://m.x/tags/aws" class="mention hashtag">#<span>aws</span></a> ' +
    '<span class="h-card"><a href="https://h.x/@b" class="u-url mention">@<span>b</span></a></span></p>' +
    '<p>see<br><a href="https://e.org/a/long"><span class="invisible">https://</span><span class="ellipsis">e.org/a/lo</span><span class="invisible">ng</span></a> &amp; more</p>',
  reblog: null,
  account: ACCOUNT,
  media_attachments: [],
  mentions: [{ id: '1', username: 'b', acct: 'b', url: 'https://h.x/@b' }],
  tags: [{ name: 'aws', url: 'https://m.x/tags/aws' }],
  emojis: [],
  card: null,
  poll: null,
};
const ID = 'mastodon:h.x/108914354907984653';

function message(data: unknown, event = 'update') {
  return { server: 'h.x', event, data };
}

const normalise = (payload: unknown) => normaliseMastodon(payload, { observedAt: OBSERVED_AT });
const status = (overrides: object): object => eventOf(normaliseMastodon, message({ ...STATUS, ...overrides }));

describe('a status of Mastodon', () => {
  test('is an event with all that it says', () => {
    expect(eventOf(normaliseMastodon, message(STATUS))).toEqual({
      v: 1,
      id: ID,
      source: 'mastodon',
      kind: 'post',
      created_at: '2026-08-30T23:12:47.000Z',
      observed_at: OBSERVED_AT,
      text: 'hi #aws @b\n\nsee\nhttps://e.org/a/long & more',
      url: 'https://m.x/@a/1',
      author: { id: 'a@m.x', handle: 'a@m.x', name: 'A 💎', followers: 182 },
      metrics: { replies: 0, reposts: 2, likes: 3, quotes: 1 },
      tags: [],
      hashtags: ['aws'],
      mentions: ['b@h.x'],
      urls: ['https://e.org/a/long'],
      media: [],
      annotations: [],
    });
  });

  test.each([
    ['a warning', { spoiler_text: ' politics ' }, { title: 'politics' }],
    ['a language', { language: 'de' }, { lang: 'de' }],
    ['an answer', { in_reply_to_id: '108' }, { kind: 'comment', ref: { reply_to: 'mastodon:h.x/108' } }],
    ['a quote', { quote: { quoted_status: { id: '107' } } }, { kind: 'post', ref: { quote_of: 'mastodon:h.x/107' } }],
    ['a quote by id', { quote: { quoted_status_id: '107' } }, { ref: { quote_of: 'mastodon:h.x/107' } }],
    [
      'media',
      { media_attachments: [{ type: 'image' }, { type: 'gifv' }, { type: 'video' }, { type: 'audio' }, 7] },
      { media: ['image', 'gif', 'video'] },
    ],
    ['a card', { content: '', card: { url: 'https://c.org/' } }, { text: '', urls: ['https://c.org/'] }],
    ['no page of its own', { url: null }, { url: 'https://m.x/users/a/statuses/1' }],
    ['half a character', { content: '<p>a\ud83d</p>' }, { text: 'a\ufffd' }],
    [
      'a time of another place',
      { created_at: '2026-08-31T01:12:47+02:00' },
      { created_at: '2026-08-30T23:12:47.000Z' },
    ],
    [
      'counts that are none',
      { replies_count: -1, reblogs_count: '2', quotes_count: undefined },
      { metrics: { likes: 3 } },
    ],
    [
      'a local author',
      { account: { acct: 'a', indexable: true, created_at: '2020-01-01T00:00:00.000Z' } },
      { author: { id: 'a@h.x', handle: 'a@h.x', created_at: '2020-01-01T00:00:00.000Z' } },
    ],
    ['lists that are none', { tags: null, mentions: 'b', media_attachments: {} }, { hashtags: [], mentions: [] }],
  ])('with %s', (_, overrides, fields) => {
    expect(status(overrides)).toMatchObject(fields);
  });

  test('that is changed is an edit of the same time', () => {
    const edited = { ...STATUS, edited_at: '2026-08-30T23:20:00.000Z', content: '<p>edited</p>', in_reply_to_id: '1' };

    expect(eventOf(normaliseMastodon, message(edited, 'status.update'))).toMatchObject({
      id: ID,
      kind: 'edit',
      created_at: '2026-08-30T23:12:47.000Z',
      text: 'edited',
    });
  });

  test('that is boosted is a repost with the text of the original, and without its metrics', () => {
    const account = { ...ACCOUNT, acct: 'c' };
    const boost = {
      ...STATUS,
      id: '109',
      account,
      content: '',
      tags: [],
      url: null,
      uri: 'https://h.x/act',
      reblog: STATUS,
    };

    expect(eventOf(normaliseMastodon, message(boost))).toMatchObject({
      id: 'mastodon:h.x/109',
      kind: 'repost',
      text: 'hi #aws @b\n\nsee\nhttps://e.org/a/long & more',
      url: 'https://m.x/@a/1',
      author: { id: 'c@h.x' },
      metrics: {},
      hashtags: ['aws'],
      ref: { repost_of: ID },
    });
  });

  test('that is deleted has the same id, and no time', () => {
    expect(normalise(message('108914354907984653', 'delete'))).toEqual({ kind: 'delete', id: ID });
  });
});

const NO_INDEX = { kind: 'ignored', what: 'authors who want no index' };

test.each([
  ['an author without index', message({ ...STATUS, account: { ...ACCOUNT, noindex: true } }), NO_INDEX],
  ['an author who is not indexable', message({ ...STATUS, account: { ...ACCOUNT, indexable: false } }), NO_INDEX],
  [
    'a boost of one without index',
    message({ ...STATUS, reblog: { ...STATUS, account: { ...ACCOUNT, noindex: true } } }),
    NO_INDEX,
  ],
  ['a status for some', message({ ...STATUS, visibility: 'unlisted' }), { kind: 'ignored', what: 'not public' }],
  [
    'a boost of a status for some',
    message({ ...STATUS, reblog: { ...STATUS, visibility: 'private' } }),
    { kind: 'ignored', what: 'not public' },
  ],
  [
    'a status that does not say for whom',
    message({ ...STATUS, visibility: undefined }),
    { kind: 'ignored', what: 'not public' },
  ],
  ['an announcement', message({ id: '1' }, 'announcement'), { kind: 'ignored', what: 'other messages' }],
  [
    'a status without a time',
    message({ ...STATUS, created_at: 'soon' }),
    { kind: 'rejected', reason: 'a status without a time' },
  ],
  [
    'a status without an account',
    message({ ...STATUS, account: null }),
    { kind: 'rejected', reason: 'not a status of Mastodon' },
  ],
  [
    'a boost of what is no status',
    message({ ...STATUS, reblog: {} }),
    { kind: 'rejected', reason: 'not a status of Mastodon' },
  ],
  ['a text that is no JSON', message('{"half":'), { kind: 'rejected', reason: 'not a status of Mastodon' }],
  ['a delete without an id', message('', 'delete'), { kind: 'rejected', reason: 'a delete without an id' }],
  ['a delete of a path', message('../1', 'delete'), { kind: 'rejected', reason: 'a delete without an id' }],
  ['a status alone', STATUS, { kind: 'rejected', reason: 'not a message of Mastodon' }],
  ['nothing', null, { kind: 'rejected', reason: 'not a message of Mastodon' }],
])('%s', (_, payload, normalised) => {
  expect(normalise(payload)).toEqual(normalised);
});

test('whatever is sent, it is an event or is counted', () => {
  checkNormalise(normaliseMastodon, [
    message(STATUS),
    message(STATUS, 'status.update'),
    message({ ...STATUS, reblog: STATUS }),
    message('1', 'delete'),
  ]);
});
