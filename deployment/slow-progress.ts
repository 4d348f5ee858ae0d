const QUIET_MS = 2_000;

interface Stream {
  write(text: string): unknown;
}

/**
 * Tells how far something has come, at most every two seconds and not before: what is quick says nothing.
 * @param what what is done, as a sentence begins: `Reading minutes`
 */
export function slowProgress(what: string, stream: Stream, now: () => number) {
  let lastMs = now();
  return (done: number, total: number): void => {
    if (now() - lastMs < QUIET_MS || done === total) return;
    lastMs = now();
    stream.write(`${what}: ${done} of ${total} …\n`);
  };
}
