/** Takes one line for people. */
export type Report = (line: string) => void;

/** Lines about what is going on go to stderr: stdout belongs to results. */
export const reportToTerminal: Report = (line) => console.error(line);

const QUIET_MS = 2_000;
const REPEAT_MS = 10_000;

/** Waits for work; when it takes longer than two seconds, says what is going on, and at the end how long it took. */
export async function withProgress<T>(what: string, work: Promise<T>, report: Report = reportToTerminal): Promise<T> {
  const startedAt = performance.now();
  const seconds = (): string => `${((performance.now() - startedAt) / 1000).toFixed(0)} s`;
  let timer = setTimeout(() => {
    report(`${what} …`);
    timer = setInterval(() => report(`${what} … ${seconds()}`), REPEAT_MS);
  }, QUIET_MS);
  try {
    const result = await work;
    if (performance.now() - startedAt > QUIET_MS) report(`${what}: done in ${seconds()}`);
    return result;
  } finally {
    clearTimeout(timer);
  }
}
