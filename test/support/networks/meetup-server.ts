import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import { complaintOf, type MeetupNode, searchAnswer, type SearchVariables } from './meetup-search.ts';
import { tokenOffice, type TokenOffice } from './meetup-tokens.ts';
import { closeServer, listen } from './loopback.ts';

/** What Meetup does with the next request to one of its endpoints. */
export type MeetupScript =
  | { readonly kind: 'serve' }
  /** Answers this instead, without looking at the request. */
  | { readonly kind: 'answer'; readonly status: number; readonly body: string; readonly headers?: object }
  /** Does what is asked, and breaks the connection before, or in the middle of, the answer. */
  | { readonly kind: 'kill' | 'cut'; readonly share?: number }
  /** Does what is asked, and answers never. */
  | { readonly kind: 'hang' };

/** A request for events. */
export interface AskedSearch {
  readonly atMs: number;
  readonly variables: SearchVariables;
  readonly authorization: string | undefined;
}

/** The API of Meetup and its token endpoint on one port of loopback. */
export interface MeetupServer {
  readonly url: string;
  readonly tokens: TokenOffice;
  /** Every search that arrived, also those that were not answered. */
  readonly searches: readonly AskedSearch[];
  /** When tokens were asked for, and with which refresh token. */
  readonly renewals: readonly { readonly atMs: number; readonly refreshToken: string | null }[];
  /** Adds events, or replaces those of the same id. */
  put(...nodes: readonly MeetupNode[]): void;
  /** Does these with the next searches, or with the next renewals; afterwards it serves. */
  plan(...scripts: readonly MeetupScript[]): void;
  planRenewals(...scripts: readonly MeetupScript[]): void;
  /** Requests that will never be answered, until those who asked give up. */
  hanging(): number;
  close(): Promise<void>;
}

interface Asked {
  readonly query: string;
  readonly variables: SearchVariables;
  readonly authorization: string | undefined;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

const POINTS = 500;
const WINDOW_MS = 60_000;

/**
 * Starts one.
 * @param now epoch milliseconds
 * @param pageSize the most events that a page has
 * @param think passes the time that a search takes; it takes none unless told
 */
export async function meetupServer(
  now: () => number,
  pageSize = 50,
  think: () => Promise<void> = () => Promise.resolve(),
): Promise<MeetupServer> {
  const nodes = new Map<string, MeetupNode>();
  const tokens = tokenOffice(now);
  const searches: AskedSearch[] = [];
  const renewals: { atMs: number; refreshToken: string | null }[] = [];
  const [searchScripts, renewalScripts]: [MeetupScript[], MeetupScript[]] = [[], []];
  let hanging = 0;
  const search = ({ query, variables, authorization }: Asked): Answer => {
    if (!tokens.isValid(authorization)) return { status: 401, body: errors('Unauthorized', {}) };
    const isOfWindow = ({ atMs }: AskedSearch): boolean => now() - atMs < WINDOW_MS;
    const resetAt = new Date((searches.find(isOfWindow)?.atMs ?? 0) + WINDOW_MS).toISOString();
    if (searches.filter(isOfWindow).length > POINTS) return { status: 200, body: limited(resetAt) };
    if (!query.includes('eventSearch(')) return { status: 200, body: errors('Invalid syntax', INVALID) };
    const complaint = complaintOf(variables);
    if (complaint !== undefined) return { status: 200, body: errors(complaint, INVALID) };
    const first = Math.min(variables.first, pageSize);
    return { status: 200, body: { data: { eventSearch: searchAnswer([...nodes.values()], { ...variables, first }) } } };
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readAll(request);
    if (request.url === '/oauth2/access') {
      const form = new URLSearchParams(body);
      renewals.push({ atMs: now(), refreshToken: form.get('refresh_token') });
      return play(response, renewalScripts.shift(), () => tokens.answer(form));
    }
    if (request.url !== '/gql-ext') return send(response, { status: 404, body: {} });
    const { query, variables } = JSON.parse(body) as Pick<Asked, 'query' | 'variables'>;
    const asked = { query, variables, authorization: request.headers.authorization };
    searches.push({ atMs: now(), variables, authorization: asked.authorization });
    await think();
    return play(response, searchScripts.shift(), () => search(asked));
  };
  const play = (response: ServerResponse, script: MeetupScript = { kind: 'serve' }, answer: () => Answer): void => {
    if (script.kind === 'answer') return void response.writeHead(script.status, { ...script.headers }).end(script.body);
    const given = answer();
    if (script.kind === 'serve') send(response, given);
    else if (script.kind === 'kill') response.destroy();
    else if (script.kind === 'cut') cut(response, given, script.share);
    else {
      hanging += 1;
      response.on('close', () => (hanging -= 1));
    }
  };
  const http = createServer((request, response) => void handle(request, response));
  const port = await listen(http);
  return {
    url: `http://127.0.0.1:${port}`,
    tokens,
    searches,
    renewals,
    put: (...more) => more.forEach((node) => nodes.set(node.id, node)),
    plan: (...scripts) => void searchScripts.push(...scripts),
    planRenewals: (...scripts) => void renewalScripts.push(...scripts),
    hanging: () => hanging,
    close: () => closeServer(http),
  };
}

const INVALID = { classification: 'ValidationError' } as const;

function errors(message: string, extensions: object): object {
  return { errors: [{ message, extensions }] };
}

/** What Meetup says when points are short. */
export function limited(resetAt: string): object {
  const extensions = { code: 'RATE_LIMITED', consumedPoints: POINTS, resetAt };
  return { ...errors('Too many requests, please try again shortly.', extensions), data: null };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json;charset=utf-8' }).end(JSON.stringify(body));
}

/** The connection breaks when some of the answer has been sent. */
function cut(response: ServerResponse, { status, body }: Answer, share = 0.5): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': text.length });
  response.write(text.slice(0, text.length * share), () => response.destroy());
}

async function readAll(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  return text;
}
