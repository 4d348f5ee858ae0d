const KEY_DIGITS = '234567abcdefghijklmnopqrstuvwxyz';

/** A record key of that time (https://atproto.com/specs/tid). */
export function recordKey(timeMs: number): string {
  let number = (BigInt(timeMs) * 1_000n) << 10n;
  let key = '';
  for (let i = 0; i < 13; i++) {
    key = `${KEY_DIGITS[Number(number % 32n)]}${key}`;
    number /= 32n;
  }
  return key;
}

/** A post as Jetstream sends it, and the id of its event. */
export function jetstreamPost({ did, timeMs, text }: { did: string; timeMs: number; text: string }): {
  readonly id: string;
  readonly frame: object;
} {
  const rkey = recordKey(timeMs);
  const record = { $type: 'app.bsky.feed.post', text, createdAt: new Date(timeMs).toISOString(), langs: ['en'] };
  const commit = { rev: rkey, operation: 'create', collection: 'app.bsky.feed.post', rkey, record };
  return { id: `bluesky:${did}/${rkey}`, frame: { did, time_us: timeMs * 1_000, kind: 'commit', commit } };
}
