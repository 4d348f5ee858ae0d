import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { NodeHttpHandler } from '@smithy/node-http-handler';

import { AggregateAnswerSchema, type AggregateAnswer, type AggregateRequest } from '../core/aggregate-request.ts';
import type { WindowName } from '../core/windows.ts';
import type { TrendsOutputs } from './outputs.ts';
import { clientConfig, TargetError, type Target } from './target.ts';

/** Asks the deployed function to recompute windows. @throws TargetError if the function fails */
export type InvokeAggregation = (request: AggregateRequest) => Promise<AggregateAnswer>;

/** Longer than the function may run. */
const REQUEST_TIMEOUT_MS = 16 * 60_000;

/** Reaches the function that aggregates windows of a name. */
export function invokeAggregation(target: Target, outputs: TrendsOutputs, name: WindowName): InvokeAggregation {
  const lambda = new LambdaClient({
    ...clientConfig(target),
    requestHandler: new NodeHttpHandler({ requestTimeout: REQUEST_TIMEOUT_MS }),
    // A second invocation beside a slow first one would only compete with it.
    maxAttempts: 1,
  });
  const FunctionName = functionName(outputs, name);
  return async (request) => {
    const { Payload, FunctionError } = await lambda.send(
      new InvokeCommand({ FunctionName, Payload: JSON.stringify(request) }),
    );
    const answer = Payload?.transformToString() ?? '';
    if (FunctionError === undefined) return AggregateAnswerSchema.parse(JSON.parse(answer));
    throw new TargetError(`The function ${FunctionName} on ${target.label} failed: ${answer}; its logs say more.`);
  };
}

function functionName(outputs: TrendsOutputs, name: WindowName): string {
  const names = {
    minute: outputs.AggregateMinuteFunctionName,
    '5-minute': outputs.Aggregate5MinuteFunctionName,
    hour: outputs.AggregateHourFunctionName,
  };
  return names[name];
}
