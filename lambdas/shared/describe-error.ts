import * as z from 'zod';

import { TransientStoreError, UnreadableObjectError } from '../../storage/errors.ts';

/** What a log says of an error. */
export interface ErrorDescription {
  /** Its class, or the code that AWS gave it. */
  readonly name: string;
  /** Only where nothing of a record can be in it. */
  readonly message?: string;
  /** Of an answer of AWS. */
  readonly status?: number;
  /** Of an answer of AWS: what its support asks for. */
  readonly request_id?: string;
  /** Where it was thrown, the innermost place first. */
  readonly at?: readonly string[];
  readonly cause?: ErrorDescription;
}

const MAX_CAUSES = 3;
const NAME = /^[A-Za-z][A-Za-z0-9.]{0,63}$/;
const Metadata = z.object({
  $metadata: z.object({ httpStatusCode: z.int().optional(), requestId: z.string().optional() }),
});

/**
 * Describes an error without what it may quote: AWS, zod and `JSON.parse` put the input into their messages, and with
 * it texts and authors. So a message is left out unless its class is known to name none; name and place remain.
 */
export function describeError(error: unknown, causes = MAX_CAUSES): ErrorDescription {
  if (!(error instanceof Error)) return { name: typeof error };
  const at = placesOf(error);
  return {
    name: plain(error.name, NAME) ?? 'Error',
    ...(isHarmless(error) && { message: error.message }),
    ...answerOf(error),
    ...(at.length > 0 && { at }),
    ...(error.cause !== undefined && causes > 0 && { cause: describeError(error.cause, causes - 1) }),
  };
}

function isHarmless(error: Error): boolean {
  return error instanceof TransientStoreError || error instanceof UnreadableObjectError;
}

function answerOf(error: Error): Pick<ErrorDescription, 'status' | 'request_id'> {
  const { data } = Metadata.safeParse(error);
  const { httpStatusCode: status, requestId } = data?.$metadata ?? {};
  const id = plain(requestId, /^[A-Za-z0-9-]{1,64}$/);
  return { ...(status !== undefined && { status }), ...(id !== undefined && { request_id: id }) };
}

/** A stack begins with the message, which may look like a place itself: only what surely follows it is read. */
function placesOf({ name, message, stack = '' }: Error): string[] {
  if (plain(name, NAME) === undefined) return [];
  const [, head = '', frames = ''] = /^([\w.[\] ]*(?:: |(?=\n)))(.*)$/s.exec(stack) ?? [];
  const hasMessage = head.endsWith(': ');
  const quoted = hasMessage ? `${message}\n` : '\n';
  if ((hasMessage && message === '') || !frames.startsWith(quoted)) return [];
  const lines = frames.slice(quoted.length).split('\n');
  return lines.flatMap((line) => /([\w.-]+\.m?[jt]s:\d+:\d+)\)?$/.exec(line)?.[1] ?? []);
}

function plain(text: string | undefined, pattern: RegExp): string | undefined {
  return text !== undefined && pattern.test(text) ? text : undefined;
}
