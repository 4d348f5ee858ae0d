import { describe, expect, test } from 'vitest';

import { normaliseBluesky } from '../../../../producers/sources/bluesky/normalise.ts';
import { checkNormalise, eventOf, OBSERVED_AT } from '../../../support/networks/check-normalise.ts';

/** 2026-11-20T17:38:40.000Z. */
const RKEY = '3n2r4vjde2222';
const DID = 'did:plc:q235v55g5unth4zjjdpacfdr';

const POST = {
  $type: 'app.bsky.feed.post',
  text: 'Hi 😀 #aws',
  createdAt: '2026-05-25T14:23:28.757Z',
  langs: ['en'],
  tags: ['extra'],
  facets: [
    { index: { byteStart: 8, byteEnd: 12 }, features: [{ $type: 'app.bsky.richtext.facet#tag', tag: 'aws' }] },
    { features: [{ $type: 'app.bsky.richtext.facet#mention', did: 'did:plc:b' }] },
    { features: [{ $type: 'app.bsky.richtext.facet#link', uri: 'https://example.org/a' }] },
  ],
  embed: { $type: 'app.bsky.embed.images', images: [{ alt: '' }] },
  reply: {
    root: { uri: 'at://did:plc:a/app.bsky.feed.post/3a' },
    parent: { uri: 'at://did:plc:b/app.bsky.feed.post/3b' },
  },
};

function commit(record: unknown, overrides: object = {}) {
  const body = { rev: 'r', operation: 'create', collection: 'app.bsky.feed.post', rkey: RKEY, record, ...overrides };
  return { did: DID, time_us: 1, kind: 'commit', commit: body };
}

function account(overrides: object) {
  return { did: DID, time_us: 1, kind: 'account', account: { active: false, did: DID, ...overrides } };
}

function post(record: object): object {
  return eventOf(normaliseBluesky, commit({ ...POST, facets: [], tags: [], reply: undefined, ...record }));
}

const normalise = (payload: unknown) => normaliseBluesky(payload, { observedAt: OBSERVED_AT });

describe('a post of Bluesky', () => {
  test('is an event with all that it says; its time is that of its key', () => {
    expect(eventOf(normaliseBluesky, commit(POST))).toEqual({
      v: 1,
      id: `bluesky:${DID}/${RKEY}`,
      source: 'bluesky',
      kind: 'comment',
      created_at: '2026-11-20T17:38:40.000Z',
      observed_at: OBSERVED_AT,
      text: 'Hi 😀 #aws',
      lang: 'en',
      url: `https://bsky.app/profile/${DID}/post/${RKEY}`,
      author: { id: DID },
      metrics: {},
      tags: [],
      hashtags: ['aws', 'extra'],
      mentions: ['did:plc:b'],
      urls: ['https://example.org/a'],
      media: ['image'],
      annotations: [],
      ref: { reply_to: 'bluesky:did:plc:b/3b' },
    });
  });

  test.each([
    ['hashtags in the text where no facet says them', { text: 'so #cats' }, { hashtags: ['cats'] }],
    ['no text', { text: '' }, { text: '' }],
    ['half a character', { text: 'a\ud83d' }, { text: 'a\ufffd' }],
    ['no language', { langs: undefined }, {}],
    ['a language that is none', { langs: [7] }, {}],
    ['a video', { embed: { $type: 'app.bsky.embed.video' } }, { media: ['video'] }],
    [
      'a link card',
      { embed: { $type: 'app.bsky.embed.external', external: { uri: 'https://e.org/' } } },
      { urls: ['https://e.org/'], media: [] },
    ],
    [
      'a quote',
      { embed: { $type: 'app.bsky.embed.record', record: { uri: 'at://did:plc:c/app.bsky.feed.post/3c' } } },
      { ref: { quote_of: 'bluesky:did:plc:c/3c' } },
    ],
    [
      'a quote with a video',
      {
        embed: {
          $type: 'app.bsky.embed.recordWithMedia',
          record: { record: { uri: 'at://did:plc:c/app.bsky.feed.post/3c' } },
          media: { $type: 'app.bsky.embed.video' },
        },
      },
      { ref: { quote_of: 'bluesky:did:plc:c/3c' }, media: ['video'] },
    ],
    [
      'a quote of a list',
      { embed: { $type: 'app.bsky.embed.record', record: { uri: 'at://did:plc:c/app.bsky.graph.list/3c' } } },
      {},
    ],
    ['facets of a kind that nobody knows', { facets: [{ features: [{ $type: 'x' }, 3] }, 'y'] }, { hashtags: ['aws'] }],
  ])('with %s', (_, record, fields) => {
    expect(post(record)).toMatchObject({ kind: 'post', ...fields });
  });

  test('that is changed is an edit of the same time', () => {
    const event = eventOf(normaliseBluesky, commit(POST, { operation: 'update' }));

    expect(event).toMatchObject({ kind: 'edit', id: `bluesky:${DID}/${RKEY}`, created_at: '2026-11-20T17:38:40.000Z' });
  });

  test('that is deleted names the time of its key', () => {
    expect(normalise(commit(undefined, { operation: 'delete' }))).toEqual({
      kind: 'delete',
      id: `bluesky:${DID}/${RKEY}`,
      createdAt: '2026-11-20T17:38:40.000Z',
    });
  });

  test('comes from the second wire form as from the first', () => {
    const { did, commit: body } = commit(POST);
    const payload = { $type: 'network.bsky.jetstream.subscribeEvents#commit', seq: 1, did, ...body };

    expect(normalise({ $type: 'message', payload })).toEqual(normalise(commit(POST)));
  });
});

test.each([
  ['a key without a time', commit(POST, { rkey: 'self' }), { kind: 'ignored', what: 'keys without a time' }],
  ['a like', commit(POST, { collection: 'app.bsky.feed.like' }), { kind: 'ignored', what: 'other records' }],
  ['a new handle', { did: DID, time_us: 1, kind: 'identity' }, { kind: 'ignored', what: 'identity messages' }],
  ['a notice', { $type: 'message', payload: { $type: 'x#info' } }, { kind: 'ignored', what: 'notice messages' }],
  ['an error', { $type: 'error', error: 'ConsumerTooSlow' }, { kind: 'ignored', what: 'notice messages' }],
  ['a takedown', account({ status: 'takendown' }), { kind: 'author-gone', authorId: DID }],
  ['a deleted account', account({ status: 'deleted' }), { kind: 'author-gone', authorId: DID }],
  ['a throttled account', account({ status: 'throttled' }), { kind: 'ignored', what: 'account notices' }],
  ['an account that is back', account({ active: true }), { kind: 'ignored', what: 'account notices' }],
  ['a post without a record', commit(undefined), { kind: 'rejected', reason: 'a post without a text' }],
  ['a text that is no JSON', '{"half":', { kind: 'rejected', reason: 'not a message of Jetstream' }],
  ['nothing', null, { kind: 'rejected', reason: 'not a message of Jetstream' }],
])('%s', (_, payload, normalised) => {
  expect(normalise(payload)).toEqual(normalised);
});

test('whatever is sent, it is an event or is counted', () => {
  checkNormalise(normaliseBluesky, [commit(POST), commit(undefined, { operation: 'delete' }), account({})]);
});
