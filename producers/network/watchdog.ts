import type { Clock } from './network.ts';

/** Notices when something that should keep coming does not. */
export interface Watchdog {
  /** It has come. */
  seen(): void;
  /** Nobody waits for it any more. */
  end(): void;
}

/** Calls `onSilence` once if `seen` was not called for so long, unless it is ended or stopped before. */
export function watchdog(
  clock: Pick<Clock, 'now' | 'wait'>,
  silenceMs: number,
  { signal, onSilence }: { readonly signal: AbortSignal; readonly onSilence: () => void },
): Watchdog {
  const ended = new AbortController();
  const stop = AbortSignal.any([signal, ended.signal]);
  let seenMs = clock.now();
  const watch = async (): Promise<void> => {
    while (!stop.aborted) {
      const leftMs = seenMs + silenceMs - clock.now();
      if (leftMs <= 0) return onSilence();
      await clock.wait(leftMs, stop);
    }
  };
  void watch();
  return {
    seen: () => void (seenMs = clock.now()),
    end: () => ended.abort(),
  };
}
