import type { Source } from '../../../core/sources.ts';

/**
 * One post of each network as it comes, of a usual size.
 * @param xId the id of the post of X
 */
export function samplePayloads(xId: string): Readonly<Partial<Record<Source, unknown>>> {
  return {
    twitter: {
      data: {
        id: xId,
        text: 'Look at this cat 😺 sleeping on the keyboard again, nobody can work here today #cats #work https://t.co/abc',
        author_id: '2244994945',
        created_at: '2026-11-20T00:00:00.000Z',
        lang: 'en',
        conversation_id: xId,
        edit_history_tweet_ids: [xId],
        edit_controls: { edits_remaining: 5, is_edit_eligible: true, editable_until: '2026-11-20T01:00:00.000Z' },
        possibly_sensitive: false,
        public_metrics: {
          retweet_count: 0,
          reply_count: 0,
          like_count: 0,
          quote_count: 0,
          bookmark_count: 0,
          impression_count: 0,
        },
        entities: {
          hashtags: [
            { start: 79, end: 84, tag: 'cats' },
            { start: 85, end: 90, tag: 'work' },
          ],
          urls: [{ start: 91, end: 107, url: 'https://t.co/abc', expanded_url: 'https://x.com/u/status/1/photo/1' }],
        },
        attachments: { media_keys: ['3_1987654321098765000'] },
      },
      includes: {
        users: [
          {
            id: '2244994945',
            name: 'X Developers',
            username: 'XDevelopers',
            verified: true,
            verified_type: 'business',
            created_at: '2013-12-14T04:35:55.000Z',
            public_metrics: { followers_count: 583_423, following_count: 2048, tweet_count: 14_052 },
          },
        ],
        media: [{ media_key: '3_1987654321098765000', type: 'photo', url: 'https://pbs.twimg.com/media/x.jpg' }],
      },
      matching_rules: [{ id: '1166916266197536768', tag: 'gs:test:cats' }],
    },
    bluesky: {
      did: 'did:plc:q235v55g5unth4zjjdpacfdr',
      time_us: 1_795_196_320_000_000,
      kind: 'commit',
      commit: {
        rev: '3mmoojpaqkn2z',
        operation: 'create',
        collection: 'app.bsky.feed.post',
        rkey: '3n2r4vjde2222',
        cid: 'bafyreicl7rzkxdrm4zz2ehbx52kuk3mvfow6p3gzfys72r5grvskxoswy4',
        record: {
          $type: 'app.bsky.feed.post',
          text: 'Look at this cat 😺 sleeping on the keyboard again, nobody can work here today #cats',
          createdAt: '2026-11-20T17:38:40.000Z',
          langs: ['en'],
          facets: [
            {
              index: { byteStart: 81, byteEnd: 86 },
              features: [{ $type: 'app.bsky.richtext.facet#tag', tag: 'cats' }],
            },
          ],
          embed: {
            $type: 'app.bsky.embed.images',
            images: [{ alt: '', image: { mimeType: 'image/jpeg', size: 720_303 } }],
          },
        },
      },
    },
  };
}
