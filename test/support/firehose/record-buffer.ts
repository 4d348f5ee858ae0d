/** What lies in a buffer. */
export interface Buffered {
  /** Epoch milliseconds. */
  readonly arrivedAtMs: number;
  readonly bytes: Uint8Array;
}

/** How much and how long a buffer gathers; what is reached first counts. */
export interface BufferLimits {
  readonly bytes: number;
  readonly ms: number;
}

/**
 * Gathers what comes until it is enough, or until its first has waited long enough.
 * https://docs.aws.amazon.com/firehose/latest/dev/buffering-hints.html
 */
export class RecordBuffer<T extends Buffered> {
  private readonly limits: BufferLimits;
  private items: T[] = [];
  private bytes = 0;
  private dueAtMs = Infinity;

  constructor(limits: BufferLimits) {
    this.limits = limits;
  }

  /** When it is to be emptied at the latest, in epoch milliseconds; `Infinity` while it is empty. */
  get dueMs(): number {
    return this.dueAtMs;
  }

  /** Whether it is enough. */
  get isFull(): boolean {
    return this.bytes >= this.limits.bytes;
  }

  add(item: T, nowMs: number): void {
    if (this.items.length === 0) this.dueAtMs = nowMs + this.limits.ms;
    this.items.push(item);
    this.bytes += item.bytes.byteLength;
  }

  /** Empties it; in the order in which they came. */
  take(): T[] {
    const taken = this.items;
    this.items = [];
    this.bytes = 0;
    this.dueAtMs = Infinity;
    return taken;
  }
}
