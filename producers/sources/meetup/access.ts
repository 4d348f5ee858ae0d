import * as z from 'zod';

import { type HttpAnswer, readJsonAnswer, reasonOf, TransientError } from '../../network/http.ts';
import { jsonOrUndefined } from '../../network/json.ts';
import { maybe } from '../../network/loose.ts';
import type { ReadContext } from '../../network/network.ts';
import { StateError } from '../../network/state-store.ts';
import { SourceError } from '../../source-error.ts';

const REFRESH_TOKEN = 'MEETUP_REFRESH_TOKEN';
const LIFE_SECONDS = 3_600;
/** A token is renewed so long before it ends. */
const EARLY_MS = 120_000;
/** However short a life the server gives: no two renewals are closer. */
const MIN_LIFE_MS = 60_000;

const PRO = 'API clients need an active Meetup Pro subscription';
const API = {
  title: 'Meetup',
  refused: `check MEETUP_CLIENT_ID and MEETUP_CLIENT_SECRET; ${PRO}.`,
};

/** The access token of Meetup, renewed a little before it ends (https://www.meetup.com/api/authentication). */
export interface MeetupAccess {
  /** A token that should be taken. @throws SourceError if there is none for us, TransientError if there is none now */
  token(): Promise<string>;
  /** The API has taken the token. */
  accepted(): void;
  /** The API has not: the next one is another. @throws SourceError if it has taken none since the last renewal */
  refused(): void;
}

/** What a renewal brings. The refresh token that paid for it is worth nothing from then on. */
interface Grant {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  readonly untilMs: number;
}

type AccessContext = Pick<ReadContext, 'addresses' | 'credentials' | 'http' | 'clock'>;

/** Without a token yet. */
export function meetupAccess(context: AccessContext): MeetupAccess {
  const { credentials, clock } = context;
  let refreshToken = credentials.values[REFRESH_TOKEN] ?? '';
  /** Not to be used before its refresh token is kept: a producer that is killed in between could not go on. */
  let unkept: Grant | undefined;
  let current: Grant | undefined;
  let isAccepted = false;
  const renew = async (): Promise<Grant> => {
    unkept ??= await askForGrant(context, refreshToken);
    const grant = unkept;
    if (grant.refreshToken !== undefined) await keep(credentials, grant.refreshToken);
    refreshToken = grant.refreshToken ?? refreshToken;
    unkept = undefined;
    isAccepted = false;
    return grant;
  };
  return {
    async token() {
      while (current === undefined || clock.now() >= current.untilMs) current = await renew();
      return current.accessToken;
    },
    accepted: () => void (isAccepted = true),
    refused() {
      if (!isAccepted) throw new SourceError(`Meetup refuses us (401) with a token that it has just given: ${PRO}.`);
      current = undefined;
    },
  };
}

/** What cannot be kept now is kept later: it exists nowhere but here. */
async function keep(credentials: ReadContext['credentials'], refreshToken: string): Promise<void> {
  try {
    await credentials.renew(REFRESH_TOKEN, refreshToken);
  } catch (error) {
    const why = error instanceof StateError ? error.message : reasonOf(error);
    throw new TransientError(
      `The next refresh token of Meetup cannot be kept, and is lost if this producer ends (${why})`,
      { cause: error },
    );
  }
}

async function askForGrant({ addresses, credentials, http, clock }: AccessContext, token: string): Promise<Grant> {
  const form = new URLSearchParams({
    client_id: credentials.values['MEETUP_CLIENT_ID'] ?? '',
    client_secret: credentials.values['MEETUP_CLIENT_SECRET'] ?? '',
    grant_type: 'refresh_token',
    refresh_token: token,
  });
  const request = {
    url: `${addresses['MEETUP_AUTH_URL']}/oauth2/access`,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: form.toString(),
  };
  // Not ended when the producer is told to end: the answer is the only way to the next token.
  const answer = await http(request, new AbortController().signal);
  refuse(answer);
  return grantOf(readJsonAnswer(answer, API), clock.now());
}

const GrantSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: maybe(z.string().min(1)),
  expires_in: maybe(z.number().min(0)),
});

function grantOf(value: unknown, nowMs: number): Grant {
  const grant = GrantSchema.safeParse(value);
  if (!grant.success) throw new TransientError('Meetup answers a renewal of its token without a token');
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: lifeSeconds = LIFE_SECONDS } = grant.data;
  return { accessToken, refreshToken, untilMs: nowMs + Math.max(MIN_LIFE_MS, lifeSeconds * 1_000 - EARLY_MS) };
}

const RefusalSchema = z.object({ error: z.string().regex(/^[a-z_]{1,40}$/) });

/** @throws SourceError for an answer with an error of https://datatracker.ietf.org/doc/html/rfc6749#section-5.2 */
function refuse({ status, body }: HttpAnswer): void {
  if (![400, 401, 403].includes(status)) return;
  const refusal = RefusalSchema.safeParse(jsonOrUndefined(body));
  if (!refusal.success) return;
  const { error } = refusal.data;
  if (error === 'invalid_grant')
    throw new SourceError(
      `Meetup does not take the refresh token (invalid_grant), each can be used once: get a new one for your client as https://www.meetup.com/api/authentication says, and set ${REFRESH_TOKEN} to it.`,
    );
  throw new SourceError(`Meetup refuses us (${error}): ${API.refused}`);
}
