import { describe, expect, test } from 'vitest';

import { normaliseReddit } from '../../../../producers/sources/reddit/normalise.ts';
import { checkNormalise, eventOf, OBSERVED_AT } from '../../../support/networks/check-normalise.ts';

const POST = {
  id: '1owp9ad',
  name: 't3_1owp9ad',
  subreddit: 'javascript',
  subreddit_id: 't5_2qh30',
  title: 'Node 24 & streams #node',
  selftext: 'see https://example.org/a(b), ask u/helper',
  author: 'someone',
  author_fullname: 't2_abc',
  created_utc: 1_763_659_000.0,
  score: 17,
  ups: 17,
  upvote_ratio: 0.91,
  num_comments: 4,
  permalink: '/r/javascript/comments/1owp9ad/node_24_streams/',
  url: 'https://www.reddit.com/r/javascript/comments/1owp9ad/node_24_streams/',
  domain: 'self.javascript',
  is_self: true,
  stickied: false,
  edited: false,
  hide_score: false,
  removed_by_category: null,
  is_video: false,
  media: null,
};
const COMMENT = {
  id: 'nq1z2x3',
  name: 't1_nq1z2x3',
  link_id: 't3_1owp9ad',
  parent_id: 't3_1owp9ad',
  link_title: 'Node 24 & streams',
  subreddit: 'javascript',
  author: 'bob',
  body: 'nice 😀',
  created_utc: 1_763_659_100.0,
  score: 1,
  score_hidden: true,
  edited: false,
  permalink: '/r/javascript/comments/1owp9ad/node_24_streams/nq1z2x3/',
  replies: '',
};

const t3 = (fields: object = {}) => ({ kind: 't3', data: { ...POST, ...fields } });
const t1 = (fields: object = {}) => ({ kind: 't1', data: { ...COMMENT, ...fields } });
const normalise = (payload: unknown) => normaliseReddit(payload, { observedAt: OBSERVED_AT });
const CREATED_AT = '2025-11-20T17:16:40.000Z';

describe('a post of Reddit', () => {
  test('is an event with all that it says', () => {
    expect(eventOf(normaliseReddit, t3())).toEqual({
      v: 1,
      id: 'reddit:t3_1owp9ad',
      source: 'reddit',
      kind: 'post',
      created_at: CREATED_AT,
      observed_at: OBSERVED_AT,
      title: 'Node 24 & streams #node',
      text: 'see https://example.org/a(b), ask u/helper',
      url: 'https://www.reddit.com/r/javascript/comments/1owp9ad/node_24_streams/',
      author: { id: 't2_abc', handle: 'someone' },
      metrics: { score: 17, comments: 4 },
      tags: [],
      hashtags: ['node'],
      mentions: ['helper'],
      urls: ['https://example.org/a'],
      media: [],
      annotations: [],
      category: 'javascript',
    });
  });

  test.each([
    ['a hidden score', { hide_score: true }, { metrics: { comments: 4 } }],
    ['a negative score', { score: -12 }, { metrics: { score: -12, comments: 4 } }],
    ['a score of no number', { score: 'many' }, { metrics: { comments: 4 } }],
    ['no number of comments', { num_comments: undefined }, { metrics: { score: 17 } }],
    ['an edit', { edited: 1_763_659_500.0 }, { kind: 'post', created_at: CREATED_AT }],
    ['an author without an id', { author_fullname: undefined }, { author: { id: 'someone', handle: 'someone' } }],
    ['a link', { is_self: false, selftext: '', url: 'https://e.org/x' }, { text: '', urls: ['https://e.org/x'] }],
    [
      'a crosspost',
      { is_self: false, url: '/r/node/comments/1a/x/', crosspost_parent: 't3_1a' },
      {
        ref: { quote_of: 'reddit:t3_1a' },
        urls: ['https://www.reddit.com/r/node/comments/1a/x/', 'https://example.org/a'],
      },
    ],
    ['a picture', { is_self: false, post_hint: 'image', url: 'https://i.redd.it/a.jpeg' }, { media: ['image'] }],
    ['a picture without a hint', { is_self: false, url: 'https://i.redd.it/a.png' }, { media: ['image'] }],
    ['a moving picture', { is_self: false, post_hint: 'image', url: 'https://i.redd.it/a.gif' }, { media: ['gif'] }],
    ['a video', { is_video: true, media: { reddit_video: { is_gif: false } } }, { media: ['video'] }],
    ['a silent video', { is_video: true, media: { reddit_video: { is_gif: true } } }, { media: ['gif'] }],
    ['a video from elsewhere', { post_hint: 'rich:video', media: { type: 'youtube.com' } }, { media: ['video'] }],
    [
      'a gallery',
      {
        is_gallery: true,
        media_metadata: { a: { e: 'Image' }, b: { e: 'AnimatedImage' }, c: { e: 'Image' }, d: null },
      },
      { media: ['image', 'gif'] },
    ],
    ['an emoji of the subreddit', { title: 'x', selftext: '[](#yes) #Yes\n##Head' }, { hashtags: ['Yes'] }],
    ['a time within a second', { created_utc: 1_763_659_000.25 }, { created_at: '2025-11-20T17:16:40.250Z' }],
    ['half a character', { selftext: 'a\ud83d' }, { text: 'a\ufffd' }],
  ])('with %s', (_, fields, expected) => {
    expect(eventOf(normaliseReddit, t3(fields))).toMatchObject(expected);
  });

  test('whose author left says no author', () => {
    const event = eventOf(normaliseReddit, t3({ author: '[deleted]', author_fullname: undefined }));

    expect(event).toMatchObject({ kind: 'post', text: POST.selftext });
    expect(event).not.toHaveProperty('author');
  });
});

describe('a comment of Reddit', () => {
  test('answers its parent; a hidden score is unknown', () => {
    expect(eventOf(normaliseReddit, t1())).toEqual({
      v: 1,
      id: 'reddit:t1_nq1z2x3',
      source: 'reddit',
      kind: 'comment',
      created_at: '2025-11-20T17:18:20.000Z',
      observed_at: OBSERVED_AT,
      text: 'nice 😀',
      url: 'https://www.reddit.com/r/javascript/comments/1owp9ad/node_24_streams/nq1z2x3/',
      author: { id: 'bob', handle: 'bob' },
      metrics: {},
      tags: [],
      hashtags: [],
      mentions: [],
      urls: [],
      media: [],
      annotations: [],
      category: 'javascript',
      ref: { reply_to: 'reddit:t3_1owp9ad' },
    });
  });

  test('has a score once it is shown', () => {
    expect(eventOf(normaliseReddit, t1({ score_hidden: false, score: -3 }))).toMatchObject({ metrics: { score: -3 } });
  });
});

const POST_GONE = { kind: 'delete', id: 'reddit:t3_1owp9ad', createdAt: CREATED_AT };
const COMMENT_GONE = { kind: 'delete', id: 'reddit:t1_nq1z2x3', createdAt: '2025-11-20T17:18:20.000Z' };

test.each([
  ['a post that a moderator removed', t3({ selftext: '[removed]', removed_by_category: 'moderator' }), POST_GONE],
  ['a post that its author deleted', t3({ author: '[deleted]', selftext: '[deleted]' }), POST_GONE],
  ['a link that its author deleted', t3({ selftext: '', removed_by_category: 'deleted' }), POST_GONE],
  ['a post removed for copyright', t3({ removed_by_category: 'copyright_takedown' }), POST_GONE],
  ['a removed post without a title', t3({ title: undefined, removed_by_category: 'reddit' }), POST_GONE],
  ['a comment that a moderator removed', t1({ author: '[deleted]', body: '[removed]' }), COMMENT_GONE],
  ['a comment that its author deleted', t1({ author: '[deleted]', body: '[deleted]' }), COMMENT_GONE],
  ['a comment that Reddit removed', t1({ body: '[ Removed by Reddit ]' }), COMMENT_GONE],
  [
    'a stub',
    { kind: 'more', data: { id: '_', children: [] } },
    { kind: 'ignored', what: 'neither posts nor comments' },
  ],
  ['a subreddit', { kind: 't5', data: {} }, { kind: 'ignored', what: 'neither posts nor comments' }],
  ['a post without a time', t3({ created_utc: null }), { kind: 'rejected', reason: 'no name or no time' }],
  ['a post with the name of a comment', t3({ name: 't1_a' }), { kind: 'rejected', reason: 'no name or no time' }],
  ['a post without a title', t3({ title: null }), { kind: 'rejected', reason: 'a post without a title' }],
  ['a comment without a text', t1({ body: 7 }), { kind: 'rejected', reason: 'a comment without a text' }],
  ['nothing', null, { kind: 'rejected', reason: 'not a thing of Reddit' }],
  ['a page', '<html>', { kind: 'rejected', reason: 'not a thing of Reddit' }],
])('%s', (_, payload, normalised) => {
  expect(normalise(payload)).toEqual(normalised);
});

test('whatever is sent, it is an event or is counted', () => {
  const gallery = t3({ media_metadata: { a: { e: 'Image' } }, crosspost_parent: 't3_1a', is_self: false });
  checkNormalise(normaliseReddit, [t3(), t1(), gallery, t3({ removed_by_category: 'moderator' })]);
});
