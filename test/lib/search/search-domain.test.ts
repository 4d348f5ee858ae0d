import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';

import { StageFunction } from '../../../lib/constructs/stage-function.ts';
import { SearchDomain, searchDomainName } from '../../../lib/search/search-domain.ts';
import { openIndex } from '../../../storage/search/open-index.ts';
import { indexStorageOf } from '../../../storage/search/index-storage.ts';
import { searchClient } from '../../../storage/search/search-client.ts';
import { setUpIndex } from '../../../storage/search/setup-index.ts';
import { mapAccess } from '../../../storage/search/map-access.ts';
import { searchSettings } from '../../../lib/search/search-flags.ts';
import { makeConfig, type Settings } from '../../support/app.ts';
import { startFakeSearch, type FakeSearch } from '../../support/fake-search.ts';
import { alarmNamesOf, makeStage } from '../../support/stage.ts';

const DOMAIN = 'AWS::OpenSearchService::Domain';

/** A domain, with a function for each right. */
function makeDomain(settings: Settings = {}): Template {
  const { stack, config, alarms, functionProps } = makeStage({ search: 'true', ...settings });
  const domain = new SearchDomain(stack, 'Search', { config, alarms });
  const add = (id: string): StageFunction => new StageFunction(stack, id, functionProps);
  domain.grantWrite(add('Feed'));
  domain.grantTrim(add('Trim'));
  domain.grantSetup(add('Setup'));
  return Template.fromStack(stack);
}

const DomainSchema = z.object({
  Properties: z.object({
    AccessPolicies: z.object({
      Statement: z.array(
        z.object({
          Action: z.union([z.string(), z.array(z.string())]),
          Principal: z.object({ AWS: z.unknown() }),
          Resource: z.unknown(),
          Condition: z.unknown().optional(),
        }),
      ),
    }),
  }),
});

interface Allowed {
  readonly who: string;
  readonly methods: readonly string[];
  /** Below the domain. */
  readonly paths: readonly string[];
  readonly condition: unknown;
}

function allowedBy(template: Template): Allowed[] {
  const [domain] = Object.values(template.findResources(DOMAIN));
  return DomainSchema.parse(domain).Properties.AccessPolicies.Statement.map((statement) => ({
    who: JSON.stringify(statement.Principal.AWS),
    methods: [statement.Action].flat().map((action) => action.replace(/^es:ESHttp/, '').toUpperCase()),
    paths: [...JSON.stringify(statement.Resource).matchAll(/domain\/groundswell-trends(\/[^"]*)"/g)].map(
      ([, path = '']) => path,
    ),
    condition: statement.Condition,
  }));
}

/** Whether a policy lets somebody do something. */
function isAllowed(allowed: readonly Allowed[], who: string, method: string, path: string): boolean {
  return allowed.some(
    (each) =>
      each.who.includes(`"${who}`) &&
      each.methods.includes(method) &&
      each.paths.some((pattern) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(path)),
  );
}

describe('the search domain', () => {
  test('is one small encrypted node with a disk, and no other', () => {
    makeDomain().hasResource(DOMAIN, {
      Properties: {
        EngineVersion: 'OpenSearch_3.7',
        ClusterConfig: {
          InstanceType: 't3.small.search',
          InstanceCount: 1,
          DedicatedMasterEnabled: false,
          MultiAZWithStandbyEnabled: false,
          ZoneAwarenessEnabled: false,
        },
        EBSOptions: { EBSEnabled: true, VolumeType: 'gp3', VolumeSize: 10 },
        DomainEndpointOptions: { EnforceHTTPS: true, TLSSecurityPolicy: 'Policy-Min-TLS-1-2-PFS-2023-10' },
        NodeToNodeEncryptionOptions: { Enabled: true },
        EncryptionAtRestOptions: { Enabled: true },
        AdvancedSecurityOptions: Match.absent(),
        CognitoOptions: Match.absent(),
      },
      UpdatePolicy: { EnableVersionUpgrade: true },
      DeletionPolicy: 'Retain',
    });
  });

  test('is of the size of the settings, and goes with its stack where they say so', () => {
    makeDomain({ searchInstance: 't3.medium.search', searchVolumeGib: '20', removal: 'destroy' }).hasResource(DOMAIN, {
      Properties: {
        ClusterConfig: Match.objectLike({ InstanceType: 't3.medium.search' }),
        EBSOptions: Match.objectLike({ VolumeSize: 20 }),
      },
      DeletionPolicy: 'Delete',
    });
  });

  test('is made with its policy, not given one later by a function', () => {
    const types = Object.values(makeDomain().toJSON()['Resources'] as Record<string, { Type: string }>);

    expect(types.map(({ Type }) => Type).filter((type) => type.startsWith('Custom::'))).toEqual([]);
  });

  test.each([
    ['trends', 'groundswell-trends'],
    ['a-preset-of-16-ch', /^groundswell-a-preset-[0-9a-f]{6}$/],
    ['a-preset-of-16-xy', /^groundswell-a-preset-[0-9a-f]{6}$/],
  ])('of the preset %s has a name that AWS takes', (preset, name) => {
    expect(searchDomainName(preset)).toMatch(name);
    expect(searchDomainName(preset)).toMatch(/^[a-z][a-z0-9-]{2,27}$/);
  });

  test('has another name for each preset, however long', () => {
    const names = ['a-preset-of-16-ch', 'a-preset-of-16-xy', 'trends', 'iphone'].map(searchDomainName);

    expect(new Set(names).size).toBe(names.length);
  });
});

describe('the policy of the search domain', () => {
  test('lets in the functions alone, each by its role and with what it needs', () => {
    const allowed = allowedBy(makeDomain());

    expect(
      allowed.every(({ who, condition }) => /^\{"Fn::GetAtt":\["(Feed|Trim|Setup)Role/.test(who) && !condition),
    ).toBe(true);
    expect(isAllowed(allowed, 'Feed', 'POST', '/_bulk')).toBe(true);
    expect(isAllowed(allowed, 'Feed', 'DELETE', '/posts-2026.11')).toBe(false);
    expect(isAllowed(allowed, 'Feed', 'POST', '/posts/_search')).toBe(false);
    expect(isAllowed(allowed, 'Trim', 'DELETE', '/posts-2026.11')).toBe(true);
    expect(isAllowed(allowed, 'Trim', 'DELETE', '/.kibana_1')).toBe(false);
    expect(isAllowed(allowed, 'Setup', 'DELETE', '/posts-2026.11')).toBe(false);
  });

  test('lets anybody in from the given addresses, and from nowhere else', () => {
    const allowed = allowedBy(makeDomain({ searchAllowedAddresses: '203.0.113.7,198.51.100.0/24' }));

    expect(allowed.filter(({ who }) => who.includes('*')).map(({ condition }) => condition)).toEqual([
      { IpAddress: { 'aws:SourceIp': ['203.0.113.7/32', '198.51.100.0/24'] } },
    ]);
    expect(allowed.filter(({ who }) => !who.includes('*')).map(({ condition }) => condition)).toEqual(
      Array(allowed.length - 1).fill(undefined),
    );
  });

  const settings = searchSettings(makeConfig({ search: 'true' }));
  const work: [string, (server: FakeSearch) => Promise<unknown>][] = [
    ['Setup', ({ url }) => setUpIndex(searchClient({ endpoint: url }), settings)],
    [
      'Setup',
      ({ url }) =>
        mapAccess(searchClient({ endpoint: url }), settings.alias, { writer: ['a'], trimmer: ['b'], reader: ['c'] }),
    ],
    [
      'Feed',
      ({ url }) =>
        openIndex({
          endpoint: url,
          settings,
          keepRejected: () => Promise.resolve(),
        }).sink.write([{ id: 'a', index: 'posts-2026.11', version: 1, json: '{}' }], Number.MAX_SAFE_INTEGER),
    ],
    ['Trim', ({ url }) => indexStorageOf(searchClient({ endpoint: url }), settings.alias).remove('posts-2026.01')],
    ['Trim', ({ url }) => indexStorageOf(searchClient({ endpoint: url }), settings.alias).list()],
  ];
  test.each(work)('allows the function %s every request that it makes', async (who, use) => {
    const allowed = allowedBy(makeDomain());
    await using server = await startFakeSearch({
      first: ({ method, path }) => {
        if (method === 'HEAD' || method === 'DELETE') return { status: 200 };
        // With an index that is there, fields and settings are changed as well.
        return path.startsWith('/_cat/indices')
          ? { status: 200, body: [{ index: 'posts-2026.11', 'store.size': '1' }] }
          : undefined;
      },
    });

    await use(server);

    expect(server.requests).not.toEqual([]);
    expect(
      server.requests.filter(({ method, path }) => !isAllowed(allowed, who, method, decodeURIComponent(path))),
    ).toEqual([]);
  });
});

describe('a search domain that people sign in to', () => {
  const template = makeDomain({ searchLogin: 'cognito' });

  test('asks who somebody is, and has the function that sets it up as its master', () => {
    const setupRole = Object.keys(template.findResources('AWS::IAM::Role')).find((id) => id.startsWith('SetupRole'));
    template.hasResourceProperties(DOMAIN, {
      AdvancedSecurityOptions: {
        Enabled: true,
        InternalUserDatabaseEnabled: false,
        MasterUserOptions: { MasterUserARN: { 'Fn::GetAtt': [setupRole, 'Arn'] } },
      },
      CognitoOptions: { Enabled: true, UserPoolId: Match.anyValue(), IdentityPoolId: Match.anyValue() },
    });
  });

  test('lets in nobody without a name', () => {
    expect(allowedBy(template).filter(({ who, condition }) => who.includes('*') || condition !== undefined)).toEqual(
      [],
    );
    expect(allowedBy(template).some(({ who }) => who.includes('LoginPeople'))).toBe(true);
  });

  test('has accounts that somebody makes, with a second factor', () => {
    template.hasResourceProperties('AWS::Cognito::UserPool', {
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
    });
    template.hasResourceProperties('AWS::Cognito::IdentityPool', { AllowUnauthenticatedIdentities: false });
  });

  test('may change its own pools and hand on one role', () => {
    const [role] = Object.values(
      template.findResources('AWS::IAM::Role', {
        Properties: {
          AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: 'opensearchservice.amazonaws.com' } }] },
        },
      }),
    );
    const resources = JSON.stringify(role?.['Properties']?.['Policies']);

    expect(resources).toContain('iam:PassRole');
    expect(resources).not.toContain('"*"');
  });
});

describe('the alarms of the search domain', () => {
  const template = makeDomain();

  test('are those that one node has use for', () => {
    expect(alarmNamesOf(template).filter((name) => name.includes('search-domain'))).toEqual(
      ['cpu', 'free-storage', 'jvm', 'jvm-old', 'red', 'snapshot-failed', 'writes-blocked', 'yellow'].map(
        (condition) => `Groundswell-trends-search-domain-${condition}`,
      ),
    );
  });

  test.each([
    ['ClusterStatus.red', 'Maximum', 60, 1, 1],
    ['ClusterStatus.yellow', 'Maximum', 60, 5, 1],
    ['ClusterIndexWritesBlocked', 'Maximum', 300, 1, 1],
    ['CPUUtilization', 'Maximum', 900, 3, 80],
    ['JVMMemoryPressure', 'Maximum', 60, 3, 95],
    ['OldGenJVMMemoryPressure', 'Maximum', 60, 3, 80],
  ])('ring for %s as AWS recommends', (MetricName, Statistic, Period, EvaluationPeriods, Threshold) => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/ES',
      MetricName,
      Statistic,
      Period,
      EvaluationPeriods,
      Threshold,
      Dimensions: Match.arrayWith([{ Name: 'DomainName', Value: 'groundswell-trends' }]),
    });
  });

  test.each([
    [{}, 307],
    [{ searchMaxGib: '2' }, 2_560],
    [{ searchVolumeGib: '100', searchMaxGib: '60' }, 8_192],
  ])('ring with %j at %i MiB left: no sooner than retention lets it come to', (settings, Threshold) => {
    makeDomain(settings).hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'FreeStorageSpace', Threshold });
  });
});
