import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod';

import { readConfig, type Config } from '../../lib/config.ts';
import { createGroundswell } from '../../lib/groundswell.ts';

const CdkJson = z.object({ context: z.record(z.string(), z.unknown()) });
const flags = CdkJson.parse(JSON.parse(readFileSync(join(import.meta.dirname, '../../cdk.json'), 'utf8'))).context;

/** Settings as `-c name=value` gives them. */
export type Settings = Readonly<Record<string, unknown>>;

/** A resource of a template, as far as a test looks at it. */
const ResourceSchema = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
});

/** A resource with its place in the app. */
export interface FoundResource extends z.infer<typeof ResourceSchema> {
  readonly logicalId: string;
  readonly stackName: string;
}

/** An empty app with the flags of cdk.json; nothing is bundled. */
export function makeApp(settings: Settings = {}): App {
  return new App({ context: { ...flags, 'aws:cdk:bundling-stacks': [], ...settings } });
}

/** The configuration that settings come to. */
export function makeConfig(settings: Settings = {}): Config {
  return readConfig(settings);
}

/** The whole app, synthesized. */
export function synthApp(settings: Settings = {}): App {
  const app = makeApp(settings);
  createGroundswell(app, readConfig(app.node.getAllContext()));
  app.synth();
  return app;
}

/** The templates of an app by the stage of their stack. */
function templatesOf(app: App): Map<string, Template> {
  const stacks = app.node.children.filter((child) => Stack.isStack(child));
  return new Map(stacks.map((stack) => [stack.stackName.split('-').at(-1) ?? '', Template.fromStack(stack)]));
}

/**
 * The template of one stage.
 * @throws Error if the app has no such stage
 */
export function templateOf(app: App, stage: string): Template {
  const template = templatesOf(app).get(stage);
  if (template === undefined) throw new Error(`there is no stage ${stage}`);
  return template;
}

/** All resources of a type, of all stacks; `[]` if there are none. */
export function resourcesOf(app: App, type: string): FoundResource[] {
  return [...templatesOf(app)].flatMap(([stackName, template]) =>
    Object.entries(template.findResources(type)).map(([logicalId, resource]) => ({
      ...ResourceSchema.parse(resource),
      logicalId,
      stackName,
    })),
  );
}

/** The names of what a stack tells commands, sorted; without what it tells other stacks. */
export function outputNames(template: Template): string[] {
  return Object.entries(template.findOutputs('*'))
    .filter(([name, output]) => !('Export' in output) && !name.startsWith('PublishOutput'))
    .map(([name]) => name)
    .toSorted();
}
