import { type App, Stack, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { describe, expect, test } from 'vitest';

import { makeApp, synthApp } from '../support/app.ts';

/** What cdk-nag finds, one line for each rule and resource. */
function findings(app: App): string[] {
  const { violations } = new AwsSolutionsChecks(app).validateScope(app);
  return violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`),
  );
}

/** Every acknowledged rule of an app with its reason. */
function acknowledgements(scope: IConstruct): [string, unknown][] {
  return scope.node
    .findAll()
    .flatMap((construct) => construct.node.metadata)
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) => Object.entries(Object(data)));
}

describe('cdk-nag', () => {
  test.each([
    ['on AWS', {}],
    ['on the emulator', { target: 'local' }],
    ['when data goes with the stacks', { removal: 'destroy' }],
    ['with producers that are always on', { producers: 'twitter,bluesky', removal: 'destroy' }],
    ['with a search domain', { search: 'true' }],
    ['with a search domain that is opened from home', { search: 'true', searchAllowedAddresses: '203.0.113.7' }],
    ['with a search domain where people sign in', { search: 'true', searchLogin: 'cognito', removal: 'destroy' }],
    ['with a search server on this machine', { target: 'local', searchEndpoint: 'http://localhost:9200' }],
    ['without a lake', { lake: 'false' }],
    ['with every option of the lake', { lakeFormat: 'parquet', lakeCrawler: 'true', lakeFormation: 'true' }],
    ['with traces', { tracing: 'true', streamMode: 'on-demand' }],
  ])('finds nothing %s that has no reason beside it', (_, settings) => {
    expect(findings(synthApp(settings))).toEqual([]);
  });

  test('finds a bad bucket, so that finding nothing means something', () => {
    const app = makeApp();
    new Bucket(new Stack(app, 'Bad'), 'Bucket', { enforceSSL: false });
    app.synth();

    expect(findings(app)).toContain('AwsSolutions-S10 Bad/Bucket/Resource');
  });

  test('is told a reason, not a word, for each finding that is accepted', () => {
    const settings = { tracing: 'true', removal: 'destroy', producers: 'twitter', search: 'true', lakeCrawler: 'true' };
    const reasons = [{ searchLogin: 'cognito' }, { searchAllowedAddresses: '203.0.113.7' }].flatMap((people) =>
      acknowledgements(synthApp({ ...settings, ...people })),
    );

    expect(reasons).not.toEqual([]);
    for (const [id, reason] of reasons) expect(String(reason).length, id).toBeGreaterThan(30);
  });
});
