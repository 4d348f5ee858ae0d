import { CfnElement, Reference, Stack, Token, Tokenization, type IResolvable } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import * as z from 'zod';

const PseudoSchema = z.object({ Ref: z.string() });
const ImportSchema = z.object({ 'Fn::ImportValue': z.string() });

/**
 * The id under which cdk-nag reports a resource with a wildcard in a policy, to be acknowledged with a reason.
 * @param consumer where the policy is
 * @param resource an ARN, whatever it holds of attributes of resources, and of the account and region
 */
export function wildcardFinding(consumer: IConstruct, resource: string): string {
  let name = resource;
  for (const token of Tokenization.reverseString(resource).tokens)
    name = name.replace(
      Token.asString(token),
      Reference.isReference(token) ? referenceName(consumer, token) : pseudoName(consumer, token),
    );
  return `AwsSolutions-IAM5[Resource::${name}]`;
}

/** `<AWS::Region>`. */
function pseudoName(consumer: IConstruct, token: IResolvable): string {
  return `<${PseudoSchema.parse(Stack.of(consumer).resolve(token)).Ref}>`;
}

/** As cdk-nag writes a reference: `<LogicalId.Arn>`, or the name of the export where it is of another stack. */
function referenceName(consumer: IConstruct, reference: Reference): string {
  const producer = Stack.of(reference.target);
  if (producer === Stack.of(consumer)) return `<${logicalId(reference.target)}.${reference.displayName}>`;
  // The reference makes this export anyway, but only at synthesis; asked for here, its name is known in time.
  const imported: unknown = Stack.of(consumer).resolve(producer.exportValue(reference));
  return ImportSchema.parse(imported)['Fn::ImportValue'];
}

function logicalId(target: IConstruct): string {
  const id: unknown = CfnElement.isCfnElement(target) ? Stack.of(target).resolve(target.logicalId) : undefined;
  return z.string().parse(id);
}
