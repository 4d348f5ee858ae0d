import { describe, expect, test } from 'vitest';

import { normaliseTwitter } from '../../../../producers/sources/twitter/normalise.ts';
import { checkNormalise, eventOf, OBSERVED_AT } from '../../../support/networks/check-normalise.ts';
import { xId } from '../../../support/networks/x-posts.ts';

const CREATED_AT = '2026-11-20T17:38:40.000Z';
/** Ids carry milliseconds, the time of a post none. */
const ID = xId(Date.parse(CREATED_AT) + 321);

const POST = {
  id: ID,
  text: 'Look at this cat 😺 #cats https://t.co/abc',
  author_id: '2244994945',
  created_at: CREATED_AT,
  lang: 'en',
  conversation_id: ID,
  edit_history_tweet_ids: [ID],
  public_metrics: {
    retweet_count: 1,
    reply_count: 2,
    like_count: 3,
    quote_count: 4,
    bookmark_count: 5,
    impression_count: 6,
  },
  entities: {
    hashtags: [{ start: 19, end: 24, tag: 'cats' }],
    mentions: [{ username: 'bob' }],
    urls: [{ url: 'https://t.co/abc', expanded_url: 'https://example.org/cat' }],
  },
  attachments: { media_keys: ['3_1', '7_2'] },
  geo: { place_id: 'p1', coordinates: { type: 'Point', coordinates: [13.4, 52.5] } },
  context_annotations: [{ domain: { id: '60', name: 'Athlete' }, entity: { id: '9', name: 'LeBron James' } }],
};

const INCLUDES = {
  users: [
    {
      id: '2244994945',
      name: 'X Developers',
      username: 'XDevelopers',
      verified: true,
      location: 'here',
      created_at: '2013-12-14T04:35:55.000Z',
      public_metrics: { followers_count: 583_423 },
    },
  ],
  media: [
    { media_key: '3_1', type: 'photo' },
    { media_key: '7_2', type: 'animated_gif' },
    { media_key: '9_9', type: 'video' },
  ],
  places: [{ id: 'p1', full_name: 'Berlin, Germany', country_code: 'DE' }],
};

const MATCHING = [{ id: '1', tag: 'gs:nba:nba tweets' }, { id: '2', tag: 'by hand' }, { id: '3' }];

function message(post: object, rest: object = {}): object {
  return { data: { ...POST, ...post }, includes: INCLUDES, matching_rules: MATCHING, ...rest };
}

function event(post: object, rest: object = {}): object {
  return eventOf(normaliseTwitter, message(post, rest));
}

const normalise = (payload: unknown) => normaliseTwitter(payload, { observedAt: OBSERVED_AT });

const ORIGINAL_ID = xId(Date.parse('2026-11-20T17:00:00.000Z'));
const original = {
  id: ORIGINAL_ID,
  text: 'the full original text #deep',
  author_id: '6',
  lang: 'en',
  entities: { hashtags: [{ tag: 'deep' }] },
  attachments: { media_keys: ['9_9'] },
  public_metrics: { retweet_count: 812, reply_count: 40, like_count: 9001, quote_count: 12 },
};
const repost = {
  text: 'RT @a: the full orig…',
  referenced_tweets: [{ type: 'retweeted', id: ORIGINAL_ID }],
  attachments: undefined,
};

describe('a post of X', () => {
  test('is an event with all that it says, and the tags of all rules', () => {
    expect(event({})).toEqual({
      v: 1,
      id: `twitter:${ID}`,
      source: 'twitter',
      kind: 'post',
      created_at: CREATED_AT,
      observed_at: OBSERVED_AT,
      text: POST.text,
      lang: 'en',
      url: `https://x.com/i/status/${ID}`,
      author: {
        id: '2244994945',
        handle: 'XDevelopers',
        name: 'X Developers',
        followers: 583_423,
        location: 'here',
        created_at: '2013-12-14T04:35:55.000Z',
        verified: true,
      },
      metrics: { replies: 2, reposts: 1, likes: 3, quotes: 4 },
      tags: ['nba tweets', 'by hand'],
      hashtags: ['cats'],
      mentions: ['bob'],
      urls: ['https://example.org/cat'],
      media: ['image', 'gif'],
      annotations: [{ domain: '60 Athlete', entity: 'LeBron James' }],
      place: { name: 'Berlin, Germany', country: 'DE', lat: 52.5, lon: 13.4 },
    });
  });

  test.each([
    ['without includes', {}, { includes: undefined }, { author: { id: '2244994945' }, media: [] }],
    ['without an author', { author_id: undefined }, {}, {}],
    ['without a language', { lang: undefined }, {}, {}],
    ['without entities', { entities: undefined }, {}, { hashtags: ['cats'] }],
    ['without a time, which its id has', { created_at: undefined }, {}, { created_at: CREATED_AT }],
    ['of unknown metrics', { public_metrics: undefined }, {}, { metrics: {} }],
    [
      'with an impossible metric',
      { public_metrics: { like_count: -1, reply_count: 2 } },
      {},
      { metrics: { replies: 2 } },
    ],
    ['with a place off the earth', { geo: { coordinates: { coordinates: [500, 0] } } }, {}, {}],
    [
      'that quotes a missing one',
      { referenced_tweets: [{ type: 'quoted', id: '404' }] },
      { errors: [{ resource_id: '404', title: 'Not Found Error' }] },
      { kind: 'post', ref: { quote_of: 'twitter:404' } },
    ],
    [
      'that replies',
      { referenced_tweets: [{ type: 'replied_to', id: '9' }] },
      {},
      { kind: 'comment', ref: { reply_to: 'twitter:9' } },
    ],
    [
      'that is long',
      { note_tweet: { text: 'the complete text #deep', entities: { hashtags: [{ tag: 'deep' }] } } },
      {},
      { text: 'the complete text #deep', hashtags: ['deep'] },
    ],
    [
      'that is withheld in some countries',
      { withheld: { copyright: false, country_codes: ['DE'] } },
      {},
      { kind: 'post' },
    ],
  ])('%s', (_, post, rest, fields) => {
    expect(event(post, rest)).toMatchObject(fields);
  });

  test('that reposts says what the original says, whole, and has none of its metrics', () => {
    const reposted = event(repost, { includes: { ...INCLUDES, tweets: [original] } });

    expect(reposted).toMatchObject({
      kind: 'repost',
      text: 'the full original text #deep',
      hashtags: ['deep'],
      media: ['video'],
      author: { handle: 'XDevelopers' },
      metrics: {},
      ref: { repost_of: `twitter:${ORIGINAL_ID}` },
    });
  });

  test('that reposts a missing one says what it can', () => {
    expect(event(repost)).toMatchObject({ kind: 'repost', text: 'RT @a: the full orig…' });
  });

  test('that is edited is the same post, of the time of its first version', () => {
    const later = xId(Date.parse('2026-11-20T17:39:59.000Z'));
    const edited = event({ id: later, created_at: '2026-11-20T17:39:59.000Z', edit_history_tweet_ids: [ID, later] });

    expect(edited).toMatchObject({ kind: 'edit', id: `twitter:${ID}`, created_at: CREATED_AT });
  });

  test('comes from the new names of fields as from the old', () => {
    const { edit_history_tweet_ids, public_metrics, ...rest } = POST;
    const { retweet_count, ...metrics } = public_metrics;
    const renamed = {
      ...rest,
      ...repost,
      referenced_tweets: undefined,
      referenced_posts: [{ type: 'reposted', id: ORIGINAL_ID }],
      edit_history_post_ids: edit_history_tweet_ids,
      public_metrics: { ...metrics, repost_count: retweet_count },
      note_post: undefined,
    };
    const now = { data: renamed, includes: { ...INCLUDES, posts: [original] }, matching_rules: MATCHING };

    expect(normalise(now)).toEqual(normalise(message(repost, { includes: { ...INCLUDES, tweets: [original] } })));
    expect(event({ public_metrics: { repost_count: 7 } })).toMatchObject({ metrics: { reposts: 7 } });
    expect(event({ note_post: { text: 'long' } })).toMatchObject({ text: 'long' });
  });
});

test.each([
  [
    'a post under a claim of copyright',
    message({ withheld: { copyright: true } }),
    { kind: 'ignored', what: 'withheld posts' },
  ],
  [
    'a post without a time and with an id of before 2010',
    message({ id: '11', created_at: undefined, edit_history_tweet_ids: ['11'] }),
    { kind: 'rejected', reason: 'a post of X without a time' },
  ],
  ['errors alone', { errors: [{ title: 'x' }] }, { kind: 'rejected', reason: 'not a post of X' }],
  ['what was no JSON', 'unreadable', { kind: 'rejected', reason: 'not a post of X' }],
])('%s', (_, payload, normalised) => {
  expect(normalise(payload)).toEqual(normalised);
});

test('whatever is sent, it is an event or is counted', () => {
  const note = { note_tweet: { text: 'long', entities: { hashtags: [{ tag: 'deep' }] } } };
  checkNormalise(normaliseTwitter, [
    message({}),
    message(repost, { includes: { ...INCLUDES, tweets: [original] } }),
    message(note),
  ]);
});
