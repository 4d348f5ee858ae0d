/** Whether something that was offered has to be found: always, where its post was found, or where it happens to be. */
export type Need = 'always' | 'if seen' | 'never';

/** Something that a network has offered: a post, a change of it, or the news that it is gone. */
export interface Claim {
  readonly id: string;
  /** Undefined: the post is gone. */
  readonly text: string | undefined;
  /** May be eased where it turns out that the protocol does not let one keep it. */
  need: Need;
}

/** An event as it stands on the stream. */
export interface Found {
  readonly id: string;
  readonly kind: string;
  readonly text?: string | undefined;
}

/** Compares what a network has offered with what is found on the stream. */
export interface Ledger {
  /** @param text undefined for a delete @param need `always` unless told */
  offer(id: string, text: string | undefined, need?: Need): Claim;
  found(event: Found): void;
  /** What has to be on the stream and is not. */
  missing(): Claim[];
  /** Ids of events that say something which was never offered. */
  wrong(): readonly string[];
  counts(): LedgerCounts;
}

export interface LedgerCounts {
  readonly offered: number;
  /** Of these, what nobody has to find. */
  readonly unkeepable: number;
  readonly kept: number;
  /** Events that had been found before. */
  readonly repeated: number;
}

/** An empty one. */
export function ledger(): Ledger {
  const claims: Claim[] = [];
  const offered = new Map<string, Set<string | undefined>>();
  const seen = new Map<string, Set<string | undefined>>();
  const wrong: string[] = [];
  let repeated = 0;
  const isKept = ({ id, text }: Claim): boolean => seen.get(id)?.has(text) === true;
  const isMissing = (claim: Claim): boolean => {
    if (claim.need === 'never' || isKept(claim)) return false;
    return claim.need === 'always' || seen.has(claim.id);
  };
  return {
    offer(id, text, need = 'always') {
      const claim = { id, text, need };
      claims.push(claim);
      entry(offered, id).add(text);
      return claim;
    },
    found({ id, kind, text: said }) {
      const text = kind === 'delete' ? undefined : (said ?? '');
      if (offered.get(id)?.has(text) !== true) wrong.push(id);
      else if (seen.get(id)?.has(text) === true) repeated += 1;
      entry(seen, id).add(text);
    },
    missing: () => claims.filter(isMissing),
    wrong: () => wrong,
    counts: () => ({
      offered: claims.length,
      unkeepable: claims.filter((claim) => !isKept(claim) && !isMissing(claim)).length,
      kept: claims.filter(isKept).length,
      repeated,
    }),
  };
}

function entry(map: Map<string, Set<string | undefined>>, id: string): Set<string | undefined> {
  const known = map.get(id) ?? new Set();
  map.set(id, known);
  return known;
}
