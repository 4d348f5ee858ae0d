import * as z from 'zod';

import {
  type HttpAnswer,
  type JsonApi,
  RateLimitedError,
  readJsonAnswer,
  retryAfterHeaderMs,
  TransientError,
} from '../../network/http.ts';
import { jsonOrUndefined } from '../../network/json.ts';
import { listOf, maybe } from '../../network/loose.ts';
import type { ReadContext } from '../../network/network.ts';
import { meetupAccess } from './access.ts';
import { pointsBudget } from './points.ts';

/** Meetup understands us and will not answer this search: a value of it, or its place, makes no sense to the server. */
export class RefusedSearchError extends Error {
  override readonly name = 'RefusedSearchError';
  /** Whether the server says that the question itself is wrong, so that no other time will do. */
  readonly isInvalid: boolean;

  constructor(message: string, isInvalid: boolean) {
    super(message);
    this.isInvalid = isInvalid;
  }
}

/** `EventSearchFilter` of the schema, as far as it is used. */
export interface EventSearchFilter {
  readonly query: string;
  readonly lat: number;
  readonly lon: number;
  /** In miles. */
  readonly radius: number;
  readonly startDateRange: string;
  readonly endDateRange: string;
  readonly eventType?: 'ONLINE';
}

/** A part of what a search finds. */
export interface EventPage {
  /** Events as they came. */
  readonly nodes: readonly unknown[];
  /** Where the next page begins; undefined if this is the last one. */
  readonly next: string | undefined;
}

/**
 * Asks for a page of a search, from its beginning or after a cursor.
 * @throws RefusedSearchError, RateLimitedError, TransientError, SourceError
 */
export type SearchEvents = (filter: EventSearchFilter, after: string | undefined) => Promise<EventPage>;

const PAGE_SIZE = 50;
/** Until when points are short where Meetup does not say. */
const WINDOW_MS = 60_000;
/** A clock that is wrong, here or there, must not stop us for days. */
const MAX_RESET_MS = 15 * 60_000;

const API: JsonApi = {
  title: 'Meetup',
  refused: 'API clients need an active Meetup Pro subscription.',
  retryAfterMs: (answer) => retryAfterHeaderMs(answer) ?? WINDOW_MS,
};

/** `id` may change for an event that recurs, `token` does not (https://www.meetup.com/api/schema). */
const QUERY = `query($f:EventSearchFilter!,$first:Int,$after:String){
eventSearch(filter:$f,first:$first,after:$after,sort:{sortField:DATETIME}){totalCount pageInfo{hasNextPage endCursor} edges{cursor node{
id token title eventUrl description createdTime dateTime endTime duration status eventType
venues{id name address city state postalCode country lat lon venueType}
group{id name urlname city state country lat lon timezone topicCategory{id name urlkey}}
topics{edges{node{id name urlkey}}} rsvps(first:1){totalCount yesCount waitlistCount}}}}}`;

/** The search of Meetup, within its budget of points. */
export function meetupApi(context: ReadContext): SearchEvents {
  const { addresses, http, signal, clock, count } = context;
  const access = meetupAccess(context);
  const points = pointsBudget(context);
  const ask = async (filter: EventSearchFilter, after: string | undefined): Promise<HttpAnswer> => {
    const authorization = `Bearer ${await access.token()}`;
    await points.spend();
    const headers = { authorization, 'content-type': 'application/json', accept: 'application/json' };
    const variables = { f: filter, first: PAGE_SIZE, ...(after !== undefined && { after }) };
    const body = JSON.stringify({ query: QUERY, variables });
    return http({ url: `${addresses['MEETUP_API_URL']}/gql-ext`, method: 'POST', headers, body }, signal);
  };
  return async (filter, after) => {
    for (;;) {
      const answer = await ask(filter, after);
      const errors = errorsIn(answer);
      tellLimit(errors, clock.now());
      if (isUnauthorised(answer, errors)) access.refused();
      else {
        const page = pageOf(answer, errors);
        access.accepted();
        if (errors.length > 0) count('partial answers');
        return page;
      }
    }
  };
}

const ErrorSchema = z.object({
  message: maybe(z.string()),
  extensions: maybe(
    z.object({ code: maybe(z.string()), resetAt: maybe(z.string()), classification: maybe(z.string()) }),
  ),
});
const ErrorsSchema = z.object({ errors: listOf(ErrorSchema) });
type GraphqlError = z.infer<typeof ErrorSchema>;

/** The errors of GraphQL in an answer, which come with any status; `[]` if there are none. */
function errorsIn({ body }: HttpAnswer): GraphqlError[] {
  if (!body.includes('"errors"')) return [];
  return ErrorsSchema.safeParse(jsonOrUndefined(body)).data?.errors ?? [];
}

function tellLimit(errors: readonly GraphqlError[], nowMs: number): void {
  const limited = errors.find(({ extensions }) => extensions?.code === 'RATE_LIMITED');
  if (limited === undefined) return;
  const resetMs = Date.parse(limited.extensions?.resetAt ?? '') - nowMs;
  const retryAfterMs = Number.isNaN(resetMs) ? WINDOW_MS : Math.min(Math.max(0, resetMs), MAX_RESET_MS);
  throw new RateLimitedError('Meetup is asked too often', retryAfterMs);
}

const UNAUTHORISED = new Set(['UNAUTHENTICATED', 'UNAUTHORIZED']);

function isUnauthorised({ status }: HttpAnswer, errors: readonly GraphqlError[]): boolean {
  return status === 401 || errors.some(({ extensions }) => UNAUTHORISED.has(extensions?.code ?? ''));
}

const PageSchema = z.object({
  data: z.object({
    eventSearch: z.object({
      pageInfo: maybe(z.object({ hasNextPage: maybe(z.boolean()), endCursor: maybe(z.string()) })),
      edges: listOf(z.object({ node: z.unknown() })),
    }),
  }),
});

function pageOf(answer: HttpAnswer, errors: readonly GraphqlError[]): EventPage {
  // A client error with a reason is about what we ask; without one, it is a proxy's.
  if (answer.status === 400 && errors.length > 0) throw refusal(errors);
  const page = PageSchema.safeParse(readJsonAnswer(answer, API));
  if (!page.success)
    throw errors.length > 0 ? refusal(errors) : new TransientError('Meetup answers something else than events');
  const { pageInfo, edges } = page.data.data.eventSearch;
  const next = pageInfo?.hasNextPage === true ? pageInfo.endCursor : undefined;
  return { nodes: edges.map(({ node }) => node), next };
}

const MAX_MESSAGE = 120;

function refusal([first]: readonly GraphqlError[]): RefusedSearchError {
  const { message = 'no reason', extensions } = first ?? {};
  const isInvalid = extensions?.classification === 'ValidationError';
  return new RefusedSearchError(`Meetup refuses a search (${message.slice(0, MAX_MESSAGE)})`, isInvalid);
}
