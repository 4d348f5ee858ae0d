import type { Source as NetworkName } from '../../core/sources.ts';
import { checkPreset, SetupError } from '../../deployment/command-line.ts';
import { NETWORKS } from '../../deployment/networks.ts';
import { resolveTarget, TargetError, type Target } from '../../deployment/target.ts';
import { presetNamed } from '../../presets/presets.ts';
import type { ProgressLine } from '../progress-line.ts';
import { sendSource, type SentCounts } from '../send-source.ts';
import { SourceError } from '../source-error.ts';
import type { StopSignals } from '../stop-signals.ts';
import { absentCredentials } from './credentials.ts';
import { missingCredentials } from './missing-credentials.ts';
import { openNetwork, type OpenedNetwork } from './open-network.ts';
import type { Network } from './network.ts';
import type { NetworkRequest } from './options.ts';
import { printEvents } from './print-events.ts';
import { stateCheckpoint } from './state-checkpoint.ts';
import { StateError } from './state-store.ts';
import { openStores } from './stores.ts';

/** What a network's producer runs with. */
export interface RunNetworkOptions {
  readonly name: NetworkName;
  readonly network: Network;
  readonly request: NetworkRequest;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly line: ProgressLine;
  readonly signals: StopSignals;
  readonly onTick?: (counts: SentCounts) => void;
  /** Whether events of a network that needs no key are printed where there is no app to send them to. */
  readonly printsWithoutApp?: true;
}

/**
 * Reads a network, and sends it to the stream of a deployed app or prints it.
 * @returns exit code
 * @throws SetupError for what a person must put right
 */
export async function runNetwork(options: RunNetworkOptions): Promise<number> {
  try {
    return await run(options);
  } catch (error) {
    if (error instanceof SourceError || error instanceof StateError)
      throw new SetupError(error.message, { cause: error });
    throw error;
  }
}

async function run(options: RunNetworkOptions): Promise<number> {
  const { request, line } = options;
  const preset = presetNamed(checkPreset(request.preset));
  // A print touches no deployed app, and remembers nothing but what the network must not be asked twice.
  const target = request.isDry ? undefined : targetFor(options);
  const { state, secret, everyMs } = await openStores({ ...options, preset: preset.name, target });
  const opened = await openNetwork({ ...options, preset, state, secret, notify: (sentence) => line.say(sentence) });
  try {
    if (target === undefined) return await print(options, opened);
    return await sendSource({
      source: opened.source,
      target,
      preset: preset.name,
      wait: false,
      json: request.json,
      // A recording begins at its beginning, and says nothing of how far the network is read.
      ...(request.replay === undefined && {
        checkpoint: stateCheckpoint(state, `${preset.name} ${target.label}`, everyMs),
      }),
      details: () => detailsOf(opened),
      line,
      signals: options.signals,
      ...(options.onTick !== undefined && { onTick: options.onTick }),
    });
  } finally {
    await opened.close();
    if (opened.counts.size > 0) line.say(summaryOf(opened));
  }
}

/**
 * Where to send to. Whoever has neither an app nor a key is told of the key, which takes longer to get; who needs none
 * sees live posts at once.
 */
function targetFor({ name, request, environment, line, printsWithoutApp }: RunNetworkOptions): Target | undefined {
  const absent = request.replay === undefined ? absentCredentials(NETWORKS[name], environment) : [];
  try {
    return resolveTarget(request);
  } catch (error) {
    if (error instanceof TargetError && absent.length > 0)
      throw new SetupError(missingCredentials(name, absent), { cause: error });
    if (!(error instanceof TargetError) || printsWithoutApp !== true || request.target !== undefined) throw error;
    line.say(
      `Nothing runs here to send to, so events are printed. To count them, run \`npm start\` in another terminal first.`,
    );
    return undefined;
  }
}

const TICK_MS = 500;

async function print({ line, signals }: RunNetworkOptions, opened: OpenedNetwork): Promise<number> {
  let printed = 0;
  // What is printed may be nothing for long: somebody wants to see that it goes on.
  const ticking = setInterval(() => line.update(`${printed} printed${detailsOf(opened)}`), TICK_MS);
  try {
    await printEvents({
      source: opened.source,
      stop: signals.stop,
      output: process.stdout,
      now: Date.now,
      onPrinted: () => (printed += 1),
      onRejected: (place, reason) => line.say(`${place} would be rejected: ${reason}`),
    });
    return 0;
  } finally {
    clearInterval(ticking);
    line.clear();
  }
}

function detailsOf({ counts }: OpenedNetwork): string {
  return [...counts].map(([what, number]) => `, ${number} ${what}`).join('');
}

function summaryOf({ counts }: OpenedNetwork): string {
  return `Besides: ${[...counts].map(([what, number]) => `${what}: ${number}`).join(', ')}.`;
}
