import { compareCodePoints } from '../ranking.ts';
import type { Source } from '../sources.ts';

/** What is said somewhere: how much, by how many, before how many, and what it moves. */
export interface Voice {
  readonly posts: number;
  /** Different ones. */
  readonly authors: number;
  /** Followers of these authors, each author once; those of whom no post says it are left out. */
  readonly reach: number;
  /** The sum over the posts. */
  readonly engagement: number;
}

/** Posts on a topic; `none`: on no topic; `all`: whatever they are on, each once. */
export type VoiceScope = { readonly kind: 'topic'; readonly topic: string } | { readonly kind: 'none' | 'all' };

/** The voice of one network on a topic. */
export interface SourceVoice extends Voice {
  readonly source: Source;
}

/** The voice on one topic, and of each network on it. */
export interface TopicVoice {
  readonly scope: VoiceScope;
  /** The networks, in any order. */
  readonly sources: readonly SourceVoice[];
}

/** Percent of a whole, to hundredths; null where the whole is nothing. */
export type Shares = Readonly<Record<'posts' | 'reach' | 'engagement', number | null>>;

export interface TopicShare {
  readonly scope: VoiceScope;
  readonly total: Voice;
  /** Of all posts. As a post may be on several topics, topics may come to more than 100 together. */
  readonly ofAll: Shares;
  /** The one with the most posts first, then by name. */
  readonly sources: readonly (SourceVoice & { readonly ofTopic: Shares })[];
}

/**
 * How much of what is said each topic has, and each network of a topic.
 * @param voices one of them of `all`
 * @returns `all` first, then topics by posts, then by name, then `none`; topics without posts are left out
 */
export function shareOfVoice(voices: readonly TopicVoice[]): TopicShare[] {
  const all = sumOf(voices.find(({ scope }) => scope.kind === 'all')?.sources ?? []);
  return voices
    .map((voice) => topicShare(voice, all))
    .filter(({ total }) => total.posts > 0)
    .toSorted(
      (a, b) =>
        PLACES[a.scope.kind] - PLACES[b.scope.kind] ||
        b.total.posts - a.total.posts ||
        compareCodePoints(nameOf(a.scope), nameOf(b.scope)),
    );
}

const PLACES = { all: 0, topic: 1, none: 2 } as const;

function nameOf(scope: VoiceScope): string {
  return scope.kind === 'topic' ? scope.topic : '';
}

function topicShare({ scope, sources }: TopicVoice, all: Voice): TopicShare {
  const total = sumOf(sources);
  return {
    scope,
    total,
    ofAll: sharesOf(total, all),
    sources: sources
      .map((voice) => ({ ...voice, ofTopic: sharesOf(voice, total) }))
      .toSorted((a, b) => b.posts - a.posts || compareCodePoints(a.source, b.source)),
  };
}

/** A post has one network, and so has an author: what networks have can be added. */
function sumOf(voices: readonly Voice[]): Voice {
  const sum = (of: (voice: Voice) => number): number => voices.reduce((total, voice) => total + of(voice), 0);
  return {
    posts: sum(({ posts }) => posts),
    authors: sum(({ authors }) => authors),
    reach: sum(({ reach }) => reach),
    engagement: sum(({ engagement }) => engagement),
  };
}

function sharesOf(part: Voice, whole: Voice): Shares {
  return {
    posts: percent(part.posts, whole.posts),
    reach: percent(part.reach, whole.reach),
    engagement: percent(part.engagement, whole.engagement),
  };
}

function percent(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 10_000) / 100;
}
