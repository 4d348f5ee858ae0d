/** How long some work takes of the core that runs it, in milliseconds: the mean of many runs, after some to get warm. */
export async function coreMs(work: () => unknown, forMs: number): Promise<number> {
  await runFor(work, forMs / 4);
  const { ms, runs } = await runFor(work, forMs);
  return ms / runs;
}

async function runFor(work: () => unknown, forMs: number) {
  const startedMs = threadMs();
  let runs = 0;
  let ms = 0;
  while (ms < forMs) {
    await work();
    runs += 1;
    ms = threadMs() - startedMs;
  }
  return { ms, runs };
}

/** Of the core that this thread has had: others on the machine do not count. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
