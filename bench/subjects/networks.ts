import { SOURCES, type Source } from '../../core/sources.ts';
import { NETWORK_READERS } from '../../producers/networks.ts';
import { samplePayloads } from '../../test/support/networks/sample-payloads.ts';
import { xId } from '../../test/support/networks/x-posts.ts';
import { against, type Measurement, type Subject } from '../measurement.ts';
import { runChild } from '../run-child.ts';

const ROUND_MS = 500;
const ROUNDS = 4;
const CHUNK = 200;
const X_POSTS = 100_000;
const OBSERVED_AT = '2026-11-20T17:40:00.000Z';
const X_LIMIT = 10_000;

/** What a producer does with a post: `normalise` of each network, and X from the socket to the record. */
export const networks: Subject = {
  name: 'networks',
  about: 'normalise of every network beside JSON.parse of the same payload; X from the socket to the record',
  async measure() {
    const x = await runChild('read-x.ts', [String(X_POSTS)]);
    return [
      ...SOURCES.flatMap(measureNormalise),
      {
        what: 'X, 100,000 posts from a server on loopback to records',
        value: (x['records'] ?? Number.NaN) / (x['seconds'] ?? Number.NaN),
        unit: 'posts/s',
        baseline: { what: 'the least it must do, 10,000 posts/s', value: X_LIMIT },
      },
      {
        what: 'X, posts lost or refused of them',
        value: X_POSTS - (x['records'] ?? 0) + (x['refused'] ?? 0),
        unit: 'posts',
      },
    ];
  },
};

function measureNormalise(source: Source): Measurement[] {
  const payload = samplePayloads(xId(Date.parse(OBSERVED_AT) - 60_000))[source];
  const json = JSON.stringify(payload);
  const { normalise } = NETWORK_READERS[source];
  const outcome = normalise(payload, { observedAt: OBSERVED_AT });
  if (outcome.kind !== 'event') throw new Error(`the sample of ${source} is ${outcome.kind}`);
  const [parsing, normalising] = bestOf([
    () => JSON.parse(json),
    () => normalise(payload, { observedAt: OBSERVED_AT }),
  ]);
  return against({ what: `JSON.parse of a payload of ${source}`, value: parsing ?? Number.NaN, unit: 'events/s' }, [
    { what: `normalise of ${source}`, value: normalising ?? Number.NaN, unit: 'events/s' },
  ]);
}

/** Calls a second of each, the best of some rounds in turn: what else runs on the machine makes one slower, never faster. */
function bestOf(works: readonly (() => unknown)[]): number[] {
  const best = works.map(() => 0);
  for (let round = 0; round < ROUNDS; round++)
    for (const [i, work] of works.entries()) best[i] = Math.max(best[i] ?? 0, callsPerSecond(work));
  return best;
}

function callsPerSecond(work: () => unknown): number {
  const startedMs = performance.now();
  let calls = 0;
  let elapsedMs = 0;
  for (; elapsedMs < ROUND_MS; elapsedMs = performance.now() - startedMs) {
    for (let i = 0; i < CHUNK; i++) work();
    calls += CHUNK;
  }
  return (calls / elapsedMs) * 1_000;
}
