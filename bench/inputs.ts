import type { Observation } from '../core/aggregate.ts';
import type { LakeRow } from '../core/event-fields.ts';
import { lakeRowSettings } from '../core/lake-settings.ts';
import { resolveWeights } from '../presets/weights.ts';
import { lakeRecord } from '../storage/lake/lake-record.ts';

export const BENCH_NOW_MS = Date.UTC(2026, 10, 20, 17, 38, 40);
/** The hour of {@link BENCH_NOW_MS}. */
export const HOUR = '2026-11-20T17:00';

const WORDS =
  'battery life camera quality ticket prices open source climate report game night street food new album'.split(' ');

/** Records of the stream, each an event of about 500 bytes. */
export function eventRecords(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => Buffer.from(JSON.stringify(eventOf(i))));
}

/** Rows of the lake, made of the same events. */
export function lakeRows(count: number): LakeRow[] {
  const settings = lakeRowSettings({ features: [], weights: resolveWeights({}) });
  return eventRecords(count).map((record) => {
    const made = lakeRecord(record, BENCH_NOW_MS, settings);
    if (!made.ok) throw new Error('the bench events are posts');
    return made.row;
  });
}

function eventOf(i: number) {
  const created = new Date(BENCH_NOW_MS - 20_000 + (i % 20) * 1_000).toISOString();
  return {
    v: 1,
    id: `twitter:${1_800_000_000_000 + i}`,
    source: 'twitter',
    kind: 'post',
    created_at: created,
    observed_at: new Date(BENCH_NOW_MS).toISOString(),
    text: `I really love the ${word(i)} ${word(i + 1)} but the ${word(i * 3)} ${word(i * 3 + 1)} was awful today #${word(i)} 🔥 https://example.com/${i}`,
    lang: 'en',
    author: { id: `u${i % 300}`, handle: `user_${i % 300}`, followers: i * 17 },
    metrics: { replies: i % 5, reposts: i % 7, likes: i % 50 },
    tags: ['food'],
    hashtags: [word(i)],
    mentions: [],
    urls: [`https://example.com/${i}`],
    media: [],
    annotations: [],
  };
}

/**
 * Observations of one minute as posts are: a few keywords are frequent, a twentieth of the posts brings one that
 * nobody else in the minute has.
 * @param n tells one minute's own keywords from another's
 */
export function minuteObservations(count: number, n = 0): Observation[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `twitter:${n}-${i}`,
    eventKey: `twitter:${n}-${i}#2026-11-20T17:38:40.000Z#00000000000000000`,
    isDelete: false,
    keywords: [word(i), `${word(i)} ${word(i * 7)}`, `topic ${i % 997}`, ...(i % 20 === 0 ? [`rare ${n} ${i}`] : [])],
    metrics: { replies: i % 5, reposts: i % 7, likes: i % 50 },
    tags: [word(i % 5)],
    sentiment: { score: 0.42, label: 'positive' },
    author: ((i + n * 7_919) % 40_000).toString(16).padStart(16, '0'),
  }));
}

function word(i: number): string {
  return WORDS[i % WORDS.length] ?? '';
}
