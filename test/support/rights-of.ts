import type { Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod';

const Text = z.union([z.string(), z.array(z.string())]);
const Policy = z.object({
  PolicyDocument: z.object({
    Statement: z.array(z.strictObject({ Effect: z.literal('Allow'), Action: Text, Resource: z.unknown() })),
  }),
});
/** What the CDK makes of an attribute of a resource, of the same stack or of another one. */
const Part = z.union([
  z.string(),
  z.object({ Ref: z.string() }).transform(({ Ref }) => `<${plain(Ref)}>`),
  z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }).transform(({ 'Fn::GetAtt': [id] }) => `<${plain(id)}>`),
  z.object({ 'Fn::ImportValue': z.string() }).transform(({ 'Fn::ImportValue': name }) => `<${exported(name)}>`),
  z.object({ 'Fn::Sub': z.string() }).transform(({ 'Fn::Sub': text }) => text),
]);
const Arn = z.union([
  Part,
  z
    .object({ 'Fn::Join': z.tuple([z.literal(''), z.array(z.unknown())]) })
    .transform(({ 'Fn::Join': [, parts] }) => parts.map((part) => textOf(part)).join('')),
]);

/** What an ARN of this account begins with, and what stands for the content of an asset. */
const ACCOUNT = /^arn:<AWS::Partition>:(\w+):(?:<AWS::Region>)?:(?:<AWS::AccountId>)?:/;
const ASSET = /^s3:cdk-.*\/[0-9a-f]{64}/;

/** Every action on every resource, as `rightsOf` lists them. */
export function rights(actions: readonly string[], resources: readonly string[]): string[] {
  return actions.flatMap((action) => resources.map((resource) => `${action} ${resource}`));
}

/**
 * Everything that a role may do: `<action> <resource>`, sorted. Resources are named by their logical ids, without the
 * hashes behind these, or by service and name: `glue:catalog`; an asset by its kind: `<asset>.py`.
 * @param role what the logical id of its one policy begins with
 * @throws Error if there is no such policy, or more than one; ZodError if it has conditions or denies
 */
export function rightsOf(template: Template, role: string): string[] {
  const policies = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) => id.startsWith(role));
  const [policy] = policies;
  if (policy === undefined || policies.length > 1) throw new Error(`${policies.length} policies are of ${role}`);
  return Policy.parse(policy[1]['Properties'])
    .PolicyDocument.Statement.flatMap(({ Action, Resource }) => rights([Action].flat(), [Resource].flat().map(nameOf)))
    .toSorted();
}

function nameOf(resource: unknown): string {
  return textOf(resource).replace(ACCOUNT, '$1:').replace(ASSET, '<asset>');
}

function textOf(value: unknown): string {
  return Arn.parse(value);
}

/** A logical id without its hash. */
function plain(id: string): string {
  return id.replace(/[0-9A-F]{8}$/, '');
}

/** `Groundswell-trends-Ingestion:ExportsOutputFnGetAttEventsStream1B2C3D4EArn5F6A7B8C` is `EventsStream` of it. */
function exported(name: string): string {
  return name.replace(/^.*:ExportsOutput(?:FnGetAtt|Ref)/, '').replace(/[0-9A-F]{8}(?:Arn)?[0-9A-F]{8}$/, '');
}
