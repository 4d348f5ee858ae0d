/** The answer of a token endpoint. */
export interface TokenAnswer {
  readonly status: number;
  readonly body: object;
}

/** Gives tokens as Meetup does: a refresh token can be used once. */
export interface TokenOffice {
  /** The refresh token that can be used; nobody else knows it. */
  refreshToken(): string;
  /** Answers a form. */
  answer(form: URLSearchParams): TokenAnswer;
  isValid(authorization: string | undefined): boolean;
  /** Ends the access tokens that were given. */
  revoke(): void;
}

export const CLIENT = { id: 'client', secret: 'secret' } as const;
const LIFE_MS = 3_600_000;

/** Begins with the refresh token `refresh-0`. @param now epoch milliseconds */
export function tokenOffice(now: () => number): TokenOffice {
  let number = 0;
  let revokedUpTo = 0;
  const endsMs = new Map<string, number>();
  return {
    refreshToken: () => `refresh-${number}`,
    answer(form) {
      if (form.get('client_id') !== CLIENT.id || form.get('client_secret') !== CLIENT.secret)
        return { status: 401, body: { error: 'invalid_client' } };
      if (form.get('grant_type') !== 'refresh_token') return { status: 400, body: { error: 'unsupported_grant_type' } };
      if (form.get('refresh_token') !== `refresh-${number}`) return { status: 400, body: { error: 'invalid_grant' } };
      number += 1;
      endsMs.set(`Bearer access-${number}`, now() + LIFE_MS);
      const [access_token, refresh_token] = [`access-${number}`, `refresh-${number}`];
      return { status: 200, body: { access_token, refresh_token, token_type: 'bearer', expires_in: LIFE_MS / 1_000 } };
    },
    isValid(authorization = '') {
      return Number(authorization.split('-')[1]) > revokedUpTo && (endsMs.get(authorization) ?? 0) > now();
    },
    revoke: () => void (revokedUpTo = number),
  };
}
