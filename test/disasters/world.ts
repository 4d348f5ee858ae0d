import type { Random } from '../../producers/sources/generator/random.ts';
import type { Ledger } from './ledger.ts';

/** Something that goes wrong at a network. */
export interface Disaster {
  readonly strike: () => void;
  /** How long it keeps the producer from reading, where that is long. @default - some seconds */
  readonly slowSeconds?: number;
}

/** A network on loopback that is written to while it goes wrong. */
export interface World {
  /** Options of the command. @default - none */
  readonly args?: readonly string[];
  readonly disasters: Readonly<Record<string, Disaster>>;
  /** Addresses and credentials of a run of the producer, the first one is 0. */
  environment(run: number): Readonly<Record<string, string>>;
  /** Whether the producer reads, so that what comes from now on is its business. */
  isReading(): boolean;
  /** Something is written, changed or deleted; called every second. */
  live(): void;
  /** Something happens while the producer is down after a kill. @default - nothing else than at any time */
  whileDown?(): void;
  /** False while a kill would take what nobody can bring back. @default - it never would */
  mayKill?(): boolean;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly ledger: Ledger;
  readonly random: Random;
  /** How long it is lived in. */
  readonly seconds: number;
}

export type OpenWorld = (options: WorldOptions) => Promise<World>;

export const HTML = '<!DOCTYPE html><html><body>Service Unavailable</body></html>';

/** A text that no other post has, with characters of two and of four bytes, that no network changes. */
export function textOf(number: number, random: Random): string {
  const words = ['football', 'café', 'tennis', 'naïve', 'marathon', '😺', 'photo finish', 'Zürich', '🚀'];
  return `${number} football ${random.pick(words)} ${random.pick(words)} 😺 ${random.pick(words)}`;
}

/** A connection that stays open for so long has brought what was sent on it, and it is stored. */
const BROUGHT_MS = 6_000;

/** Calls back if the same connection is still open a little later. @param connection names the one that is open, if any */
export function ifBrought(connection: () => number | undefined, callBack: () => void): void {
  const before = connection();
  if (before !== undefined) setTimeout(() => connection() === before && callBack(), BROUGHT_MS).unref();
}
