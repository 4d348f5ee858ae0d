import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
/** As much of what it says is kept, to show where it ends by itself. */
const TAIL_CHARACTERS = 2_000;
/** Longer than anything that it waits for when it is told to end. */
const STOP_MS = 45_000;

/** The real command of a network in a process of its own. */
export interface ProducerProcess {
  start(): void;
  /** `kill -9` */
  kill(): Promise<void>;
  /** Ends it as Ctrl-C does. */
  stop(): Promise<void>;
}

/**
 * @param environmentOf the environment of a run, the first one is 0
 * @param faults takes ends that nobody has asked for, each with the last that was said
 */
export function producerProcess(
  args: readonly string[],
  environmentOf: (run: number) => NodeJS.ProcessEnv,
  faults: string[],
): ProducerProcess {
  let runs = 0;
  let child: ChildProcess | undefined;
  const isOurs = new WeakSet<ChildProcess>();
  const start = (): void => {
    const started = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'producers/main.ts', ...args], {
      cwd: ROOT,
      env: environmentOf(runs++),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let tail = '';
    started.stderr.setEncoding('utf8').on('data', (text: string) => (tail = (tail + text).slice(-TAIL_CHARACTERS)));
    started.on('close', (code, signal) => {
      if (isOurs.has(started)) return;
      faults.push(`ended by itself with ${code ?? signal}: ${tail}`);
      child = undefined;
    });
    child = started;
  };
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    const running = child;
    if (running === undefined) return null;
    child = undefined;
    isOurs.add(running);
    const closed = new Promise<number | null>((resolve) => running.on('close', resolve));
    running.kill(signal);
    return closed;
  };
  process.once('exit', () => child?.kill('SIGKILL'));
  return {
    start,
    async kill() {
      await end('SIGKILL');
    },
    async stop() {
      const running = child;
      if (running === undefined) return;
      const late = setTimeout(() => running.kill('SIGKILL'), STOP_MS);
      const code = await end('SIGINT');
      clearTimeout(late);
      if (code !== 0) faults.push(`ended with ${code} when it was told to end`);
    },
  };
}
