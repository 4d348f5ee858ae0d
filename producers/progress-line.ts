/** One line that tells how far something has come. */
export interface ProgressLine {
  /** Tells the newest; a terminal sees it in place, anything else at most every ten seconds. */
  update(text: string): void;
  /** Prints a line that stays. */
  say(text: string): void;
  /** Takes away what is told in place, before something else is printed. */
  clear(): void;
}

const QUIET_MS = 10_000;

interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** A progress line on a stream; standard output stays free for what a program reads. */
export function progressLine(stream: Stream, now: () => number): ProgressLine {
  const isTerminal = stream.isTTY === true;
  let lastMs = now();
  let isOpen = false;
  return {
    update(text) {
      if (isTerminal) {
        // A longer line would wrap, and each update leave a piece of it behind.
        stream.write(`\r\u001b[K${text.slice(0, (stream.columns ?? Infinity) - 1)}`);
        isOpen = true;
      } else if (now() - lastMs >= QUIET_MS) {
        stream.write(`${text}\n`);
        lastMs = now();
      }
    },
    say(text) {
      stream.write(isOpen ? `\r\u001b[K${text}\n` : `${text}\n`);
      isOpen = false;
    },
    clear() {
      if (isOpen) stream.write('\r\u001b[K');
      isOpen = false;
    },
  };
}

/** Several things that are told of in one line. */
export interface SharedLine {
  /** The line of one of them. */
  of(name: string): ProgressLine;
}

/** A line that shows the newest of each, one behind the other; what is said stays, with the name before it. */
export function sharedLine(line: ProgressLine): SharedLine {
  const newest = new Map<string, string>();
  return {
    of: (name) => ({
      update(text) {
        newest.set(name, text);
        line.update([...newest].map(([each, latest]) => `${each}: ${latest}`).join(' | '));
      },
      say: (text) => line.say(`${name}: ${text}`),
      clear: () => line.clear(),
    }),
  };
}
