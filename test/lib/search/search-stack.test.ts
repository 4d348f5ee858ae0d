import { Match } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';

import { SearchOutputsSchema } from '../../../deployment/outputs.ts';
import { EnvSchema } from '../../../lambdas/setup-search/env.ts';
import { SetupRequestSchema } from '../../../lambdas/setup-search/setup-request.ts';
import { searchSettings } from '../../../lib/search/search-flags.ts';
import { PRESET_NAMES } from '../../../presets/presets.ts';
import { makeConfig, outputNames, synthApp, templateOf, type Settings } from '../../support/app.ts';

const LOCAL = { target: 'local', searchEndpoint: 'http://localhost:9200' };
const CONTENTS = 'Custom::SearchContents';

const JoinSchema = z.object({ 'Fn::Join': z.tuple([z.literal(''), z.array(z.unknown())]) });
const FunctionSchema = z.object({
  Properties: z.object({
    Timeout: z.int(),
    Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
  }),
});
const ContentsSchema = z.object({ Properties: z.looseObject({ ServiceTimeout: z.coerce.number() }) });

/** A value of a template with each reference replaced by a name. */
function deployed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(deployed);
  if (typeof value !== 'object' || value === null) return value;
  const join = JoinSchema.safeParse(value);
  if (join.success) return join.data['Fn::Join'][1].map(deployed).join('');
  if ('Ref' in value || 'Fn::GetAtt' in value || 'Fn::ImportValue' in value) return 'a-name';
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, deployed(each)]));
}

function search({ preset = 'trends', ...settings }: Settings & { readonly preset?: string }) {
  const template = templateOf(synthApp({ preset, ...settings }), 'Search');
  const [contents] = Object.values(template.findResources(CONTENTS));
  const [fn] = Object.values(
    template.findResources('AWS::Lambda::Function', {
      Properties: { Description: `Groundswell ${preset}: setup-search` },
    }),
  );
  return { template, contents: ContentsSchema.parse(contents).Properties, fn: FunctionSchema.parse(fn).Properties };
}

describe.each<[string, Settings]>([
  ['with a domain', { search: 'true' }],
  ['with people who sign in', { search: 'true', searchLogin: 'cognito' }],
  ['with a server on this machine', LOCAL],
])('the search stage %s', (_, settings) => {
  let stage: ReturnType<typeof search>;
  beforeAll(() => {
    stage = search(settings);
  }, 60_000);

  test('tells commands what their schema takes', () => {
    const { template } = stage;
    const outputs = Object.entries(template.findOutputs('*')).map(([name, { Value }]) => [name, deployed(Value)]);

    expect(outputNames(template)).toEqual(Object.keys(SearchOutputsSchema.shape).toSorted());
    expect(SearchOutputsSchema.parse(Object.fromEntries(outputs)).SearchSettings).toEqual(
      searchSettings(makeConfig(settings)),
    );
  });

  test('gives setup-search an environment and a request that their schemas take', () => {
    const { fn, contents } = stage;

    expect(EnvSchema.parse(deployed(fn.Environment.Variables)).SEARCH_SETTINGS.alias).toMatch(/posts$/);
    expect(() =>
      SetupRequestSchema.parse({ RequestType: 'Create', ResourceProperties: deployed(contents) }),
    ).not.toThrow();
  });

  test('lets CloudFormation wait longer than setup-search can take', () => {
    expect(stage.contents.ServiceTimeout).toBeGreaterThan(stage.fn.Timeout);
    expect(stage.fn.Timeout).toBeLessThanOrEqual(900);
  });

  test('lets no feed begin before the server is set up', () => {
    const [contentsId] = Object.keys(stage.template.findResources(CONTENTS));
    const mappings = Object.values(stage.template.findResources('AWS::Lambda::EventSourceMapping'));

    expect(mappings).not.toEqual([]);
    for (const mapping of mappings) expect(mapping['DependsOn']).toContain(contentsId);
  });

  test('runs no new code of a feed before the template has what it writes', () => {
    const [contentsId] = Object.keys(stage.template.findResources(CONTENTS));
    const description = { Properties: { Description: Match.stringLikeRegexp(': index-') } };
    const [feed] = Object.values(stage.template.findResources('AWS::Lambda::Function', description));

    expect(feed?.['DependsOn']).toContain(contentsId);
  });
});

describe('the search stage', () => {
  test('hands the roles out to every function that the domain lets in', () => {
    const { contents } = search({ search: 'true', searchLogin: 'cognito' });
    const { Access } = z.object({ Access: z.record(z.string(), z.array(z.unknown())) }).parse(contents);

    expect(JSON.stringify(Access['writer'])).toContain('Feed');
    expect(JSON.stringify(Access['reader'])).toContain('LoginPeople');
  });

  test('has no roles where the server asks nobody who they are', () => {
    expect(search({ search: 'true' }).contents).not.toHaveProperty('Access');
    expect(search(LOCAL).contents).not.toHaveProperty('Access');
  });

  test('has neither a domain nor Dashboards on this machine', () => {
    const { template, fn } = search(LOCAL);

    template.resourceCountIs('AWS::OpenSearchService::Domain', 0);
    expect(fn.Environment.Variables).toMatchObject({ DASHBOARDS_URL: '', SEARCH_ENDPOINT: 'http://localhost:9200' });
  });

  test.each<[string, Settings]>([
    ['what is kept', { searchRetentionDays: '30' }],
    ['how soon posts are found', { searchRefreshSeconds: '60' }],
    ['the dashboards', { preset: 'iphone' }],
  ])('applies its content again when %s changes', (_, settings) => {
    const hash = (more: Settings) => search({ search: 'true', ...more }).contents['ContentHash'];

    expect(hash(settings)).not.toBe(hash({}));
    expect(hash(settings)).toBe(hash(settings));
  });

  test('leaves its content alone when something else changes', () => {
    const hash = (more: Settings) => search({ search: 'true', ...more }).contents['ContentHash'];

    expect(hash({ searchInstance: 't3.medium.search', lateHours: '24' })).toBe(hash({}));
  });

  test.each(PRESET_NAMES)('is made for the preset %s', (preset) => {
    expect(() => search({ preset, search: 'true' })).not.toThrow();
  });
});
