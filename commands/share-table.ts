import { styleText } from 'node:util';

import type { Shares, TopicShare, Voice, VoiceScope } from '../core/search/share-of-voice.ts';
import { alignColumns, visibleText } from './terminal-text.ts';

const COLUMNS = [
  '',
  'source',
  'posts',
  'posts %',
  'authors',
  'reach',
  'reach %',
  'engagement',
  'engagement %',
] as const;
const NUMBERS = ['posts', 'posts %', 'authors', 'reach', 'reach %', 'engagement', 'engagement %'] as const;

/**
 * Share of voice as a table for people: a line for each topic, in percent of all, and one for each of its networks, in
 * percent of the topic.
 * @param leftOut topics that there are beside
 */
export function shareTable(shares: readonly TopicShare[], leftOut: number): string {
  if (shares.length === 0) return 'There are no posts: widen --since, or leave out --topic or --source.';
  const rows = shares.flatMap(({ scope, total, ofAll, sources }) => [
    [scopeName(scope), '', ...numbersOf(total, ofAll)],
    ...sources.map(({ source, ofTopic, ...voice }) => ['', source, ...numbersOf(voice, ofTopic)]),
  ]);
  return [
    styleText('bold', 'Share of voice: topics in percent of all posts, networks in percent of their topic'),
    alignColumns(COLUMNS, rows, NUMBERS),
    ...(leftOut > 0 ? [`And ${number(leftOut)} more topics with fewer posts; --topic shows one.`] : []),
    '',
  ].join('\n');
}

function scopeName(scope: VoiceScope): string {
  if (scope.kind === 'topic') return visibleText(scope.topic);
  return scope.kind === 'all' ? '(all)' : '(no topic)';
}

function numbersOf({ posts, authors, reach, engagement }: Voice, shares: Shares): string[] {
  return [
    number(posts),
    percent(shares.posts),
    number(authors),
    number(reach),
    percent(shares.reach),
    number(engagement),
    percent(shares.engagement),
  ];
}

function percent(share: number | null): string {
  return share === null ? '–' : share.toFixed(2);
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
