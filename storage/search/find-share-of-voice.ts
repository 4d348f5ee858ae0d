import type { Client } from '@opensearch-project/opensearch';
import * as z from 'zod';

import { sourcePageBody, topicPageBody } from '../../core/search/author-queries.ts';
import type { PostFilter } from '../../core/search/queries.ts';
import type { SourceVoice, TopicVoice, VoiceScope } from '../../core/search/share-of-voice.ts';
import { SOURCES, type Source } from '../../core/sources.ts';
import { foldWord } from './fold-word.ts';
import { walkAuthors, type ReportPosts } from './author-walk.ts';
import { atOneMoment, groupPageSchema, walkGroups, type AskMoment } from './point-in-time.ts';

/** Topics that authors are counted for; tags that nobody has chosen could be any number. */
const MAX_TOPICS = 100;

const CellSchema = z.object({
  key: z.object({ topic: z.string().nullable().optional(), source: z.enum(SOURCES) }),
  doc_count: z.int(),
  engagement: z.object({ value: z.number() }),
});
const CellPageSchema = groupPageSchema(CellSchema);

export interface Voices {
  /** Of all posts, of each topic, of posts without a topic. */
  readonly voices: readonly TopicVoice[];
  /** Topics with fewer posts than the best {@link MAX_TOPICS}, which are left out. */
  readonly leftOut: number;
}

/**
 * What is said on each topic and each network: exact, of one state of the index, in the memory of a page.
 * @param filter with a topic, that one alone
 * @throws TransientStoreError, SearchRefusedError
 */
export async function findVoices(
  { client, alias }: { readonly client: Client; readonly alias: string },
  filter: PostFilter,
  report: ReportPosts,
): Promise<Voices> {
  const found = await atOneMoment({ client, alias, what: 'Counting voices' }, async (ask) => {
    const all: OpenVoice = { scope: { kind: 'all' }, sources: await sourceCells(ask, filter) };
    const { topics, none } = await topicCells(ask, filter);
    // The posts of one topic may be on others as well, which nobody has asked for.
    const wanted = filter.topic === undefined ? undefined : await foldWord(client, filter.topic);
    const kept = topics
      .filter(({ scope }) => wanted === undefined || (scope.kind === 'topic' && scope.topic === wanted))
      .toSorted((a, b) => postsOf(b) - postsOf(a))
      .slice(0, MAX_TOPICS);
    await countAuthors(ask, { all, topics: kept, none }, filter, report);
    return {
      voices: [all, ...kept, none].map(closeVoice),
      leftOut: wanted === undefined ? topics.length - kept.length : 0,
    };
  });
  return found ?? { voices: [], leftOut: 0 };
}

type OpenSourceVoice = { -readonly [name in keyof Omit<SourceVoice, 'source'>]: number };

interface OpenVoice {
  readonly scope: VoiceScope;
  readonly sources: Map<Source, OpenSourceVoice>;
}

interface OpenVoices {
  readonly all: OpenVoice;
  readonly topics: readonly OpenVoice[];
  readonly none: OpenVoice;
}

async function sourceCells(ask: AskMoment, filter: PostFilter): Promise<Map<Source, OpenSourceVoice>> {
  const sources = new Map<Source, OpenSourceVoice>();
  for await (const page of walkGroups(ask, (after) => sourcePageBody({ filter, after }), CellPageSchema))
    for (const cell of page.aggregations?.groups.buckets ?? []) sources.set(cell.key.source, openCell(cell));
  return sources;
}

async function topicCells(ask: AskMoment, filter: PostFilter): Promise<Omit<OpenVoices, 'all'>> {
  const voices = new Map<string | null, OpenVoice>();
  for await (const page of walkGroups(ask, (after) => topicPageBody({ filter, after }), CellPageSchema))
    for (const cell of page.aggregations?.groups.buckets ?? []) {
      const { topic = null, source } = cell.key;
      const scope: VoiceScope = topic === null ? { kind: 'none' } : { kind: 'topic', topic };
      const voice = voices.get(topic) ?? { scope, sources: new Map<Source, OpenSourceVoice>() };
      voices.set(topic, voice);
      voice.sources.set(source, openCell(cell));
    }
  const none = voices.get(null) ?? { scope: { kind: 'none' }, sources: new Map<Source, OpenSourceVoice>() };
  return { topics: [...voices.values()].filter(({ scope }) => scope.kind === 'topic'), none };
}

async function countAuthors(
  ask: AskMoment,
  { all, topics, none }: OpenVoices,
  filter: PostFilter,
  report: ReportPosts,
): Promise<void> {
  const names = topics.flatMap(({ scope }) => (scope.kind === 'topic' ? [scope.topic] : []));
  const request = { filter, withFollowers: true, topics: names };
  for await (const { source, followers, postsByTopic } of walkAuthors(ask, request, report)) {
    const voices = [all, ...[...topics, none].filter((_, i) => (postsByTopic[i] ?? 0) > 0)];
    for (const voice of voices) addAuthor(voice.sources.get(source), followers ?? 0);
  }
}

function addAuthor(voice: OpenSourceVoice | undefined, followers: number): void {
  if (voice === undefined) throw new Error('an author has posts where there are none: the state of the index changed');
  voice.authors++;
  voice.reach += followers;
}

function openCell({ doc_count, engagement }: z.infer<typeof CellSchema>): OpenSourceVoice {
  return { posts: doc_count, engagement: engagement.value, authors: 0, reach: 0 };
}

function postsOf({ sources }: OpenVoice): number {
  return [...sources.values()].reduce((sum, { posts }) => sum + posts, 0);
}

function closeVoice({ scope, sources }: OpenVoice): TopicVoice {
  return { scope, sources: [...sources].map(([source, voice]) => ({ source, ...voice })) };
}
