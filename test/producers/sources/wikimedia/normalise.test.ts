import { describe, expect, test } from 'vitest';

import { normaliseWikimedia } from '../../../../producers/sources/wikimedia/normalise.ts';
import { checkNormalise, eventOf, OBSERVED_AT } from '../../../support/networks/check-normalise.ts';

const META = {
  uri: 'https://en.wikipedia.org/wiki/Amazon_Kinesis',
  request_id: 'r',
  id: '0b7e4cfb-9b0c-4d3f-8a55-000000000001',
  domain: 'en.wikipedia.org',
  stream: 'mediawiki.recentchange',
  dt: '2026-11-20T17:38:41Z',
  topic: 'eqiad.mediawiki.recentchange',
  partition: 0,
  offset: 5512345678,
};

/** Its timestamp is 2026-11-20T17:38:40Z. */
const EDIT = {
  $schema: '/mediawiki/recentchange/1.0.0',
  meta: META,
  id: 1890001,
  type: 'edit',
  namespace: 0,
  title: 'Amazon Kinesis',
  title_url: 'https://en.wikipedia.org/wiki/Amazon_Kinesis',
  comment: '/* History */ see [[Apache Kafka|Kafka]] and [https://example.org/a the paper] #1lib1ref',
  timestamp: 1795196320,
  user: 'Alice',
  bot: false,
  notify_url: 'https://en.wikipedia.org/w/index.php?diff=2002&oldid=2001',
  minor: true,
  patrolled: true,
  length: { old: 100, new: 104 },
  revision: { old: 2001, new: 2002 },
  server_url: 'https://en.wikipedia.org',
  server_name: 'en.wikipedia.org',
  server_script_path: '/w',
  wiki: 'enwiki',
  parsedcomment: 'see <a href="/wiki/Apache_Kafka">Kafka</a>',
};

const LOG = { ...EDIT, id: null, type: 'log', log_id: 7, log_type: 'block', log_action: 'block', log_params: [] };

const normalise = (payload: unknown) => normaliseWikimedia(payload, { observedAt: OBSERVED_AT });

function edit(fields: object): object {
  return eventOf(normaliseWikimedia, { ...EDIT, ...fields });
}

describe('an edit of Wikimedia', () => {
  test('is an event with all that it says', () => {
    expect(edit({})).toEqual({
      v: 1,
      id: 'wikimedia:enwiki/2002',
      source: 'wikimedia',
      kind: 'post',
      created_at: '2026-11-20T17:38:40.000Z',
      observed_at: OBSERVED_AT,
      text: 'Amazon Kinesis\nHistory: see Kafka and the paper https://example.org/a #1lib1ref',
      title: 'Amazon Kinesis',
      lang: 'en',
      url: 'https://en.wikipedia.org/w/index.php?diff=2002&oldid=2001',
      author: { id: 'Alice', handle: 'Alice' },
      metrics: {},
      tags: [],
      hashtags: ['1lib1ref'],
      mentions: [],
      urls: ['https://en.wikipedia.org/wiki/Amazon_Kinesis', 'https://example.org/a'],
      media: [],
      annotations: [],
    });
  });

  test.each<[string, object, object]>([
    ['of a new page', { type: 'new', length: { new: 5 }, revision: { new: 9 } }, { id: 'wikimedia:enwiki/9' }],
    ['whose old numbers are null', { length: { old: null, new: 5 }, revision: { old: null, new: 9 } }, {}],
    ['without its number among the changes', { id: null }, { id: 'wikimedia:enwiki/2002' }],
    ['without a revision', { revision: undefined }, { id: 'wikimedia:enwiki/rc1890001' }],
    ['whose revision is null', { revision: null }, { id: 'wikimedia:enwiki/rc1890001' }],
    ['whose new revision is null', { revision: { old: 1, new: null } }, { id: 'wikimedia:enwiki/rc1890001' }],
    ['without a time of its own', { timestamp: null }, { created_at: '2026-11-20T17:38:41.000Z' }],
    ['with a time beyond the calendar', { timestamp: 1e300 }, { created_at: '2026-11-20T17:38:41.000Z' }],
    ['without a comment', { comment: '' }, { text: 'Amazon Kinesis', urls: [EDIT.title_url] }],
    ['whose comment is null', { comment: null }, { text: 'Amazon Kinesis' }],
    ['with half a character', { comment: 'a\ud83d' }, { text: 'Amazon Kinesis\na\ufffd' }],
    ['by a temporary account', { user: '~2026-12345-67' }, { author: { id: '~2026-12345-67' } }],
    ['by an account of another wiki', { user: 'w>Alice' }, { author: { id: 'w>Alice' } }],
    ['of a length that is none', { length: 'long', minor: 'yes', namespace: null }, { id: 'wikimedia:enwiki/2002' }],
    ['with parameters of a log', { log_params: 'odd' }, { id: 'wikimedia:enwiki/2002' }],
    ['of a talk page', { title: 'Talk:Cat', namespace: 1 }, { title: 'Talk:Cat' }],
  ])('%s', (_, fields, expected) => {
    expect(edit(fields)).toMatchObject({ kind: 'post', ...expected });
  });

  test.each([
    ['of version 4', '192.0.2.7'],
    ['in full', '2001:DB8:0:0:0:0:0:1'],
    ['shortened', '2001:db8::1'],
    ['with a part crossed out', '192.0.2.xxx'],
    ['of another wiki', 'w>192.0.2.7'],
  ])('by an IP address %s names nobody', (_, user) => {
    const event = edit({
      user,
      title: `User talk:${user}`,
      title_url: `https://en.wikipedia.org/wiki/User_talk:${user}`,
      comment: `Reverted edits by [[Special:Contributions/${user}|${user}]] ([[User talk:${user}|talk]]) at 12:30:45`,
    });

    expect(event).toMatchObject({ author: { id: 'anonymous' }, urls: [] });
    expect(event).toMatchObject({
      text: expect.stringMatching(/^User talk:(w>)?\nReverted edits by .*\(talk\) at 12:30:45$/),
    });
    expect(JSON.stringify(event)).not.toMatch(/192\.0|2001:db8/i);
  });

  test('of nobody has no author', () => {
    expect(edit({ user: null })).not.toHaveProperty('author');
    expect(edit({ user: '' })).not.toHaveProperty('author');
  });

  test('keeps version numbers and times', () => {
    expect(edit({ comment: 'v1.2.3 and 10.15.7, 12:30, a: b, 1.2.3.4.5' })).toMatchObject({
      text: 'Amazon Kinesis\nv1.2.3 and 10.15.7, 12:30, a: b, 1.2.3.4.5',
    });
  });

  test.each([
    ['dewiktionary', 'de'],
    ['ptwikivoyage', 'pt'],
    ['simplewiki', 'en'],
    ['alswiki', 'gsw'],
    ['zh_yuewiki', undefined],
    ['commonswiki', undefined],
    ['wikidatawiki', undefined],
    ['metawiki', undefined],
    ['ukwikimedia', undefined],
    ['arbcom_dewiki', undefined],
    ['tenwiki', undefined],
  ])('of %s is of the language %s', (wiki, lang) => {
    expect(Reflect.get(edit({ wiki }), 'lang')).toBe(lang);
  });
});

describe('a comment', () => {
  test.each([
    ['[[Cat]]', 'Cat'],
    ['[[:Category:Cats]]', 'Category:Cats'],
    ['[[File:A.jpg|thumb|a cat]]', 'File:A.jpg|thumb|a cat'],
    ['[[a|b]], [[c]].', 'b, c.'],
    ['/* External links */', 'External links'],
    ['/* Life */ typo', 'Life: typo'],
    ['/* wbsetclaim-create:2||1 */ [[Property:P31]]: [[Q5]]', 'Property:P31: Q5'],
    ["'''bold''' and ''italic'', it's", "bold and italic, it's"],
    ['{{stub}} <nowiki>x</nowiki> a < b', 'stub x a < b'],
    ['[[half', 'half'],
    ['half]] [http', 'half [http'],
    ['[https://example.org]', 'https://example.org'],
    ['  a \n\t b ', 'a b'],
    ['', undefined],
  ])('%j is read as %j', (comment, text) => {
    const title = 'Amazon Kinesis';
    expect(edit({ comment })).toMatchObject({ text: text === undefined ? title : `${title}\n${text}` });
  });
});

test.each([
  ['a block', LOG, { kind: 'ignored', what: 'log entries' }],
  ['a log entry with odd parameters', { ...LOG, log_params: 'x' }, { kind: 'ignored', what: 'log entries' }],
  ['a category change', { ...EDIT, type: 'categorize' }, { kind: 'ignored', what: 'category changes' }],
  ['a change of Wikidata', { ...EDIT, type: 'external' }, { kind: 'ignored', what: 'changes made elsewhere' }],
  ['a type that nobody knows', { ...EDIT, type: 'x'.repeat(99) }, { kind: 'ignored', what: 'changes of other types' }],
  ['a canary', { ...EDIT, meta: { ...META, domain: 'canary' } }, { kind: 'ignored', what: 'canary events' }],
  ['an edit of nothing', { type: 'edit', meta: META }, { kind: 'rejected', reason: 'an edit without a wiki or title' }],
  [
    'an edit without any number',
    { ...EDIT, id: null, revision: null },
    { kind: 'rejected', reason: 'an edit without a number' },
  ],
  [
    'an edit without any time',
    { ...EDIT, timestamp: null, meta: null },
    { kind: 'rejected', reason: 'an edit without a time' },
  ],
  ['a text that is no JSON', '{"half":', { kind: 'rejected', reason: 'not a change of a wiki' }],
  ['nothing', null, { kind: 'rejected', reason: 'not a change of a wiki' }],
])('%s', (_, payload, normalised) => {
  expect(normalise(payload)).toEqual(normalised);
});

test('whatever is sent, it is an event or is counted', () => {
  checkNormalise(normaliseWikimedia, [EDIT, LOG, { ...EDIT, type: 'new' }]);
});
