import { expect, test } from 'vitest';

import { evaluatePrefix } from './prefix.ts';

const oldestMs = Date.parse('2026-11-20T07:08:09.123Z');

test.each([
  ['no expression', 'raw/', {}, 'raw/'],
  [
    'times in UTC',
    'a/year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}/',
    {},
    'a/year=2026/month=11/day=20/hour=07/',
  ],
  ['a pattern of several fields', "!{timestamp:yyyy/MM/dd'T'HHmmss}/", {}, '2026/11/20T070809/'],
  ['keys of a partition', 'raw/day=!{partitionKeyFromLambda:day}/', { partitionKeys: { day: '05' } }, 'raw/day=05/'],
  [
    'the type of an error',
    'errors/error=!{firehose:error-output-type}/',
    { errorType: 'processing-failed' },
    'errors/error=processing-failed/',
  ],
])('a prefix with %s is evaluated', (_, template, facts, expected) => {
  expect(evaluatePrefix(template, { oldestMs, ...facts })).toBe(expected);
});

test.each([
  '!{partitionKeyFromLambda:day}/',
  '!{partitionKeyFromQuery:day}/',
  '!{timestamp:EEE}/',
  '!{firehose:error-output-type}/',
])('a prefix whose expression has no value is refused: %s', (template) => {
  expect(() => evaluatePrefix(template, { oldestMs, partitionKeys: { day: '' } })).toThrow();
});
