import { Session } from 'node:inspector/promises';
import { basename } from 'node:path';

const SHOWN = 20;
const SAMPLE_MICROSECONDS = 200;

/** Runs some work and tells in which functions its time was spent, a line each, the slowest first. */
export async function profile(work: () => Promise<unknown>): Promise<string[]> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_MICROSECONDS });
  await session.post('Profiler.start');
  await work();
  const { profile: found } = await session.post('Profiler.stop');
  session.disconnect();

  const places = new Map(found.nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
  const samples = found.samples ?? [];
  const counts = Map.groupBy(samples, (id) => places.get(id) ?? '');
  return [...counts]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .slice(0, SHOWN)
    .map(([place, { length }]) => `${((100 * length) / samples.length).toFixed(1).padStart(5)} %  ${place}`);
}

function placeOf({ functionName, url, lineNumber }: { functionName: string; url: string; lineNumber: number }): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  return url === '' ? name : `${name}  ${basename(url)}:${lineNumber + 1}`;
}
