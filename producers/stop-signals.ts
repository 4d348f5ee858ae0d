/** How a person stops a producer. */
export interface StopSignals {
  /** Aborted by the first Ctrl-C: read no more, send what was read. */
  readonly stop: AbortSignal;
  /** Aborted by the second one: give up. */
  readonly giveUp: AbortSignal;
}

/** A terminal, npm and a parent process may each pass the same Ctrl-C on. */
const SAME_PRESS_MS = 1_000;

/** What tells of signals: the process. */
export interface SignalSource {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

/** Listens for Ctrl-C (and SIGTERM). */
export function listenForStop(now: () => number, signals: SignalSource = process): StopSignals {
  const stop = new AbortController();
  const giveUp = new AbortController();
  let firstMs: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    signals.on(signal, () => {
      firstMs ??= now();
      if (stop.signal.aborted && now() - firstMs > SAME_PRESS_MS) giveUp.abort();
      stop.abort();
    });
  return { stop: stop.signal, giveUp: giveUp.signal };
}
