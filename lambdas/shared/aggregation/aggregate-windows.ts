import type { WindowName } from '../../../core/windows.ts';
import { aggregateOnRequest } from './aggregate-on-request.ts';
import { aggregateOnSchedule, type ScheduleDeps } from './aggregate-on-schedule.ts';
import { AggregateEventSchema, type AggregateAnswer } from '../../../core/aggregate-request.ts';

/** What remains of an invocation; the part of Lambda's context that is used. */
export interface InvocationTime {
  getRemainingTimeInMillis(): number;
}

export interface AggregateWindowsDeps extends Omit<ScheduleDeps, 'hasTime'> {
  readonly reportRun: (answer: AggregateAnswer) => void;
}

/** Kept for what is under way when no further window is begun. */
const RESERVE_MS = 30_000;

/**
 * The handler of an aggregation: on schedule every marked window, on request the windows asked for.
 * @throws ZodError if the event is neither
 */
export function aggregateWindows(name: WindowName, { reportRun, ...deps }: AggregateWindowsDeps) {
  return async (event: unknown, context: InvocationTime): Promise<AggregateAnswer> => {
    const parsed = AggregateEventSchema.parse(event);
    const work = { ...deps, hasTime: () => context.getRemainingTimeInMillis() > RESERVE_MS };
    const answer =
      'from' in parsed ? await aggregateOnRequest(work, name, parsed) : await aggregateOnSchedule(work, name);
    reportRun(answer);
    return answer;
  };
}
