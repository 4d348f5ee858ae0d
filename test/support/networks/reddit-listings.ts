/** A post or comment as the API sends it. */
export interface RedditThing {
  readonly kind: 't3' | 't1';
  readonly data: { readonly name: string; readonly subreddit: string; readonly created_utc: number } & Readonly<
    Record<string, unknown>
  >;
  /** Whether it stands in no listing any more; it is still known to `info`. */
  readonly isUnlisted?: boolean;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Reddit shows no more of any listing. */
const DEPTH = 1_000;
const ORDERS: Readonly<Record<string, (a: RedditThing, b: RedditThing) => number>> = {
  new: byAge,
  comments: byAge,
  rising: byAge,
  hot: byScore,
  top: byScore,
  controversial: (a, b) => byScore(b, a),
};

/** Answers what the API would: a listing of one or more subreddits, or things by their names. */
export function answerListing(
  url: URL,
  things: ReadonlyMap<string, RedditThing>,
  closed: ReadonlyMap<string, Answer>,
): Answer {
  if (url.pathname === '/api/info') return answerInfo(url, things);
  const [, multi = '', listing = ''] = /^\/r\/([^/]+)\/(\w+)$/.exec(url.pathname) ?? [];
  const order = ORDERS[listing];
  if (order === undefined) return refusal(404);
  const subreddits = multi.toLowerCase().split('+');
  const refused = subreddits.map((name) => closed.get(name)).find((answer) => answer !== undefined);
  if (refused !== undefined) return refused;
  const kind = listing === 'comments' ? 't1' : 't3';
  const listed = [...things.values()]
    .filter((thing) => thing.kind === kind && (multi === 'all' || subreddits.includes(thing.data.subreddit)))
    .toSorted(order);
  return page(url, listed);
}

function page(url: URL, listed: readonly RedditThing[]): Answer {
  // What stands before a thing that is deleted cannot be found, for ever.
  const before = url.searchParams.get('before');
  if (before !== null) return listingOf([], null);
  const shown = listed.filter(({ isUnlisted }) => isUnlisted !== true).slice(0, DEPTH);
  const after = url.searchParams.get('after');
  const afterAt = listed.findIndex(({ data }) => data.name === after);
  const rest = after === null ? shown : shown.filter((thing) => listed.indexOf(thing) > afterAt);
  const children = rest.slice(0, Math.min(100, Number(url.searchParams.get('limit') ?? 25)));
  return listingOf(children, rest.length > children.length ? (children.at(-1)?.data.name ?? null) : null);
}

function answerInfo(url: URL, things: ReadonlyMap<string, RedditThing>): Answer {
  const names = (url.searchParams.get('id') ?? '').split(',');
  if (names.length > 100) return refusal(414);
  return listingOf(
    names.flatMap((name) => things.get(name) ?? []),
    null,
  );
}

function listingOf(things: readonly RedditThing[], after: string | null): Answer {
  const children = things.map(({ kind, data }) => ({ kind, data }));
  const data = { after, before: null, dist: children.length, modhash: null, geo_filter: '', children };
  return { status: 200, body: JSON.stringify({ kind: 'Listing', data }) };
}

function refusal(status: number): Answer {
  return { status, body: JSON.stringify({ message: 'Not Found', error: status }) };
}

function byAge(a: RedditThing, b: RedditThing): number {
  return b.data.created_utc - a.data.created_utc;
}

function byScore(a: RedditThing, b: RedditThing): number {
  return Number(b.data['score'] ?? 0) - Number(a.data['score'] ?? 0) || byAge(a, b);
}
