import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';

import { PrivateBucket } from '../../../lib/constructs/private-bucket.ts';
import type { Settings } from '../../support/app.ts';
import { makeStage } from '../../support/stage.ts';

const EMPTIER = 'Custom::S3AutoDeleteObjects';

function addBucket(settings: Settings = {}): Template {
  const { stack, config } = makeStage(settings);
  new PrivateBucket(stack, 'Thing', { config, retentionDays: 12 });
  return Template.fromStack(stack);
}

describe('a private bucket', () => {
  test('lets objects go after its retention, and the pieces of broken uploads after a day', () => {
    addBucket().hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: [
          { Status: 'Enabled', ExpirationInDays: 12, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
        ],
      },
    });
  });

  test('is emptied before it goes only where the settings say that it goes', () => {
    expect(addBucket().findResources(EMPTIER)).toEqual({});
    expect(addBucket({ removal: 'destroy' }).findResources(EMPTIER)).not.toEqual({});
  });

  test('is not emptied on the emulator, which cannot run the function that does it', () => {
    expect(addBucket({ removal: 'destroy', target: 'local' }).findResources(EMPTIER)).toEqual({});
  });
});
