import { App } from 'aws-cdk-lib';

import { readConfig } from '../lib/config.ts';
import { createGroundswell } from '../lib/groundswell.ts';
import { InvalidSettingsError } from '../presets/read-settings.ts';

const app = new App();
try {
  createGroundswell(app, readConfig(app.node.getAllContext()));
} catch (error) {
  if (!(error instanceof InvalidSettingsError)) throw error;
  // People who mistype a setting need the sentence, not the stack trace.
  console.error(error.message);
  process.exit(1);
}
