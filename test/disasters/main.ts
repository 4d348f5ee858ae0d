import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { SOURCES, sourceOf, type Source } from '../../core/sources.ts';
import { runCommand, UsageError } from '../../deployment/command-line.ts';
import { parseWholeNumber } from '../../deployment/option-values.ts';
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts';
import { ledger } from './ledger.ts';
import { progressOf, tableOf, troublesOf } from './report.ts';
import { runNetwork, type Run } from './run-network.ts';
import { streamReader } from './stream-reader.ts';
import type { OpenWorld } from './world.ts';
import { blueskyWorld } from './worlds/bluesky.ts';
import { hackerNewsWorld } from './worlds/hackernews.ts';
import { mastodonWorld } from './worlds/mastodon.ts';
import { meetupWorld } from './worlds/meetup.ts';
import { redditWorld } from './worlds/reddit.ts';
import { twitterWorld } from './worlds/twitter.ts';
import { wikimediaWorld } from './worlds/wikimedia.ts';

const USAGE = `Usage: npm run disasters -- [NETWORK …] [--minutes 2] [--seed 1]
Runs the producer of every network, or of those named, against a double of the network on this machine and an emulator,
while the network is written to and goes wrong by a script that the seed decides: connections are cut, answers refused,
halved, late or none, tokens end, the producer is killed. Then compares the stream with all that was offered. Exit code 1
if anything is missing that the protocol of its network lets one keep. Takes about a minute longer than it is told.`;

const WORLDS: Readonly<Record<Source, OpenWorld>> = {
  twitter: twitterWorld,
  reddit: redditWorld,
  meetup: meetupWorld,
  bluesky: blueskyWorld,
  hackernews: hackerNewsWorld,
  mastodon: mastodonWorld,
  wikimedia: wikimediaWorld,
};
const PRESET = 'trends';
const TELL_MS = 5_000;

await runCommand(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      minutes: { type: 'string', default: '2' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const seconds = 60 * parseWholeNumber('minutes', values.minutes, { min: 2, max: 60 });
  const seed = parseWholeNumber('seed', values.seed, { min: 0, max: 1_000_000 });
  const names = positionals.length === 0 ? SOURCES : positionals.map(checkedName);
  const folder = await mkdtemp(join(tmpdir(), 'groundswell-disasters-'));
  await using emulator = await startTestEmulator({ preset: PRESET });
  try {
    return await runAll(emulator, { names, seconds, seed, folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

function checkedName(name: string): Source {
  const known = SOURCES.find((source) => source === name);
  if (known === undefined) throw new UsageError(`There is no network ${name}; there is ${SOURCES.join(', ')}.`);
  return known;
}

interface Plan {
  readonly names: readonly Source[];
  readonly seconds: number;
  readonly seed: number;
  readonly folder: string;
}

async function runAll({ target, env }: TestEmulator, { names, ...plan }: Plan): Promise<number> {
  const ledgers = new Map(names.map((name) => [name, ledger()]));
  const reader = await streamReader(target, PRESET, (event) => ledgers.get(sourceOf(event.id))?.found(event));
  const runs = [...ledgers].map(([name, each]) =>
    runNetwork({ ...plan, name, ledger: each, openWorld: WORLDS[name], environment: env }),
  );
  await withProgress(runs);
  await reader.finish();
  console.log(`\n${tableOf(runs)}\n`);
  const troubles = runs.flatMap(troublesOf);
  for (const trouble of troubles) console.log(trouble);
  const again = `npm run disasters -- --seed ${plan.seed}`;
  console.log(troubles.length === 0 ? 'Nothing is missing.' : `The same disasters again: ${again}`);
  return troubles.length === 0 ? 0 : 1;
}

async function withProgress(runs: readonly Run[]): Promise<void> {
  const startMs = Date.now();
  const telling = setInterval(() => {
    const seconds = Math.round((Date.now() - startMs) / 1_000);
    for (const run of runs) if (run.state !== 'done') console.error(progressOf(run, seconds));
  }, TELL_MS);
  try {
    await Promise.all(runs.map(({ done }) => done));
  } finally {
    clearInterval(telling);
  }
}
