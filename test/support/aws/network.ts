import type { Random } from '../../../producers/sources/generator/random.ts';
import type { VirtualClock } from '../virtual-clock.ts';

/** A program on a machine: an invocation of a function, a producer, a command. One that died sends and hears nothing. */
export interface Process {
  readonly name: string;
  isAlive: boolean;
  /** How long each way of a call takes at most, in milliseconds; more where a machine hardly gets on. @default 20 */
  readonly latencyMs?: number;
}

/** How likely each fault of a call is. */
export interface FaultRates {
  /** Refused, without effect. */
  readonly throttled: number;
  /** Never arrives; the caller hears of a time-out. */
  readonly requestLost: number;
  /** Takes effect; the caller hears of a time-out all the same. */
  readonly answerLost: number;
  /** Of several entries only some take effect, and the caller hears of all or none of it. */
  readonly partial: number;
  /** Takes effect minutes later. */
  readonly slow: number;
}

/** No fault at all. */
export const NO_FAULTS: FaultRates = { throttled: 0, requestLost: 0, answerLost: 0, partial: 0, slow: 0 };

const TIMEOUT_MS = 3_000;
/** Within the same second, the same minute, and after others have come and gone. */
const SLOW_MS = [1_000, 50_000, 240_000] as const;
const LATENCY_MS = 20;

/** A time-out, as the SDK names it. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/** A call of a service. */
export interface Call<T> {
  /** For the log. */
  readonly name: string;
  /** What the service answers where it refuses to work so fast. */
  readonly throttle: () => Error;
  readonly effect: () => T;
}

export interface Network {
  rates: FaultRates;
  readonly random: Random;
  readonly clock: VirtualClock;
  /** How often each fault has happened. */
  readonly faults: Map<string, number>;
  /** Told of every fault and of every call that takes effect. */
  onEvent: (line: string) => void;
  /** Counts something that goes wrong outside of calls. */
  count(fault: string): void;
  /** Draws whether the entries of a call are taken in part. */
  isPartial(): boolean;
  /**
   * Makes a call: `effect` happens at once and whole, at some moment between question and answer.
   * @throws TimeoutError, what `throttle` makes, or what `effect` throws
   */
  call<T>(process: Process, call: Call<T>): Promise<T>;
}

/** A network between processes and services; everything that can go wrong with a call is drawn from `random`. */
export function network(clock: VirtualClock, random: Random): Network {
  const strikes = (name: keyof FaultRates): boolean => {
    if (!random.chance(self.rates[name])) return false;
    self.count(name);
    return true;
  };
  const answer = async (process: Process): Promise<void> => {
    await clock.sleep(random.below(process.latencyMs ?? LATENCY_MS));
    if (!process.isAlive) await never();
  };
  const timeOut = async (process: Process): Promise<never> => {
    await clock.sleep(TIMEOUT_MS);
    await answer(process);
    throw new TimeoutError('no answer in time');
  };
  const self: Network = {
    rates: NO_FAULTS,
    random,
    clock,
    faults: new Map(),
    onEvent: () => undefined,
    count: (fault) => void self.faults.set(fault, (self.faults.get(fault) ?? 0) + 1),
    isPartial: () => strikes('partial'),
    async call(process, { name, throttle, effect }) {
      const tell = (what: string): void => self.onEvent(`${process.name} ${name}${what}`);
      if (!process.isAlive) await never();
      await clock.sleep(random.below(process.latencyMs ?? LATENCY_MS));
      if (strikes('throttled')) {
        tell(' is throttled');
        await answer(process);
        throw throttle();
      }
      if (strikes('requestLost')) {
        tell(' is lost on its way');
        return timeOut(process);
      }
      if (strikes('slow')) await clock.sleep(random.below(random.pick(SLOW_MS)));
      const isAnswerLost = strikes('answerLost');
      // What is on its way arrives, whatever has become of its sender.
      const outcome = attempt(effect);
      tell(
        `${outcome.ok ? '' : ' fails'}${isAnswerLost ? ', its answer is lost' : ''}${process.isAlive ? '' : ', its sender is dead'}`,
      );
      if (isAnswerLost) return timeOut(process);
      await answer(process);
      if (outcome.ok) return outcome.value;
      throw outcome.error;
    },
  };
  return self;
}

function attempt<T>(effect: () => T): { ok: true; value: T } | { ok: false; error: unknown } {
  try {
    return { ok: true, value: effect() };
  } catch (error) {
    return { ok: false, error };
  }
}

/** A dead process waits for ever; nothing refers to the promise, so it is forgotten. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}
