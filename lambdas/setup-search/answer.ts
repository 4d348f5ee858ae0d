import { setTimeout as delay } from 'node:timers/promises';

import * as z from 'zod';

/** What every request of CloudFormation to a custom resource holds. */
export const EnvelopeSchema = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  ResponseURL: z.url(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  /** Not there before the first answer. */
  PhysicalResourceId: z.string().optional(),
});

export type Envelope = z.infer<typeof EnvelopeSchema>;

/** How a request has ended. */
export type Outcome = { readonly isDone: true } | { readonly isDone: false; readonly reason: string };

/** Tells CloudFormation how its request has ended. @throws Error if it cannot be told */
export type Answer = (envelope: Envelope, outcome: Outcome) => Promise<void>;

/** An answer may have 4,096 bytes. */
const MAX_REASON = 1_000;
const ATTEMPTS = 5;
const TIMEOUT_MS = 5_000;
const PAUSE_MS = 500;

/**
 * Answers by a PUT to the address of the request.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 */
export const answerCloudFormation: Answer = async (envelope, outcome) => {
  const body = Buffer.from(JSON.stringify(responseTo(envelope, outcome)));
  for (let attempt = 1; ; attempt++) {
    try {
      return await put(envelope.ResponseURL, body);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await delay(PAUSE_MS * attempt);
    }
  }
};

/** The body of the answer. The resource keeps its id for ever: with another one CloudFormation would delete the old. */
export function responseTo(envelope: Envelope, outcome: Outcome): Readonly<Record<string, string>> {
  const { StackId, RequestId, LogicalResourceId, PhysicalResourceId = LogicalResourceId } = envelope;
  const same = { StackId, RequestId, LogicalResourceId, PhysicalResourceId };
  if (outcome.isDone) return { Status: 'SUCCESS', ...same };
  return { Status: 'FAILED', Reason: outcome.reason.slice(0, MAX_REASON), ...same };
}

async function put(url: string, body: Buffer): Promise<void> {
  const response = await fetch(url, {
    method: 'PUT',
    body: new Uint8Array(body),
    // Part of what the address is signed for.
    headers: { 'content-type': '' },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  await response.body?.cancel();
  // The address is a password: it is in no message.
  if (!response.ok) throw new Error(`CloudFormation answered ${response.status} to the answer`);
}
