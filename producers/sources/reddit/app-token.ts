import * as z from 'zod';

import { type HttpAnswer, readJsonAnswer, TransientError } from '../../network/http.ts';
import { jsonOrUndefined } from '../../network/json.ts';
import { SourceError } from '../../source-error.ts';

/** The token of an app that acts for itself, not for a user. */
export interface AppToken {
  /** One that holds. @throws SourceError where Reddit does not know the app, TransientError for what passes */
  current(): Promise<string>;
  /** The current one is refused: the next is a new one. */
  forget(): void;
}

/** A token is renewed so long before it ends. */
const MARGIN_MS = 60_000;
const TokenSchema = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });
/** https://datatracker.ietf.org/doc/html/rfc6749#section-5.2; Reddit sends it with status 200 or 400. */
const RefusalSchema = z.object({ error: z.string() });
/** Of OAuth: the server's own trouble. */
const PASSING = new Set(['server_error', 'temporarily_unavailable']);
const WHAT_TO_DO =
  'check REDDIT_CLIENT_ID and REDDIT_CLIENT_SECRET against an approved app at https://www.reddit.com/prefs/apps, and that Reddit does not block the address of this machine.';

/** Keeps a token, and asks for it when it is needed. @param ask the answer to `grant_type=client_credentials` */
export function appToken(ask: () => Promise<HttpAnswer>, now: () => number): AppToken {
  let kept: { readonly token: string; readonly untilMs: number } | undefined;
  return {
    async current() {
      if (kept !== undefined && now() < kept.untilMs) return kept.token;
      const askedMs = now();
      const { access_token: token, expires_in: lifeS } = readToken(await ask());
      kept = { token, untilMs: askedMs + lifeS * 1_000 - MARGIN_MS };
      return token;
    },
    forget: () => void (kept = undefined),
  };
}

function readToken(answer: HttpAnswer): z.infer<typeof TokenSchema> {
  const refusal = RefusalSchema.safeParse(jsonOrUndefined(answer.body)).data?.error;
  if (answer.status < 500 && refusal !== undefined && !PASSING.has(refusal))
    throw new SourceError(`Reddit refuses the app (${shortened(refusal)}): ${WHAT_TO_DO}`);
  if (answer.status === 404)
    throw new TransientError('Reddit answers 404 to a request for a token: check REDDIT_AUTH_URL');
  const token = TokenSchema.safeParse(readJsonAnswer(answer, { title: 'Reddit', refused: WHAT_TO_DO }));
  if (!token.success) throw new TransientError('Reddit answers without a token');
  return token.data;
}

/** As much of a code as a sentence can hold. */
function shortened(code: string): string {
  return code.replaceAll(/[^\w -]/g, '').slice(0, 40);
}
