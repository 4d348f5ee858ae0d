import type { MeetupScript } from './meetup-server.ts';

type ScriptedAnswer = Extract<MeetupScript, { kind: 'answer' }>;

/** Any answer; what is no text is written as JSON. */
export function answer(status: number, body: unknown, headers: object = {}): ScriptedAnswer {
  return { kind: 'answer', status, body: typeof body === 'string' ? body : JSON.stringify(body), headers };
}

/** A page of a search. */
export function page(edges: unknown[], hasNextPage: boolean, endCursor: string | null = 'MTA='): ScriptedAnswer {
  return answer(200, { data: { eventSearch: { totalCount: 99, pageInfo: { hasNextPage, endCursor }, edges } } });
}

/** An error of GraphQL. */
export function error(message: string, extensions: object = {}, data: unknown = null): object {
  return { errors: [{ message, extensions }], data };
}

export const HTML = '<!DOCTYPE html><html><body>Service Unavailable</body></html>';
