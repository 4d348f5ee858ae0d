import { gzipSync } from 'node:zlib';

import { evaluatePrefix, type PrefixFacts } from './prefix.ts';
import { RecordBuffer, type Buffered, type BufferLimits } from './record-buffer.ts';
import type { Random } from '../../../producers/sources/generator/random.ts';

/** Puts an object, at once. */
export type PutObject = (key: string, bytes: Uint8Array) => void;

export interface DeliveryOptions {
  /** Of the delivery stream, for the names of objects. */
  readonly streamName: string;
  readonly limits: BufferLimits;
  /** Whether objects are compressed. */
  readonly isGzip: boolean;
  readonly put: PutObject;
  readonly random: Random;
  /** Share of objects that are put twice, because the answer to the first got lost. */
  readonly putTwice: number;
}

/** Where something goes: the template of its prefix, and what it is evaluated with besides the time. */
export interface Place {
  /** Tells the buffers apart. */
  readonly name: string;
  readonly prefix: string;
  readonly facts: Omit<PrefixFacts, 'oldestMs'>;
}

interface Open {
  readonly place: Place;
  readonly buffer: RecordBuffer<Buffered>;
}

/** Gathers what goes to the same place, and delivers it as objects of concatenated records. */
export class Delivery {
  private readonly options: DeliveryOptions;
  private readonly open = new Map<string, Open>();

  constructor(options: DeliveryOptions) {
    this.options = options;
  }

  /** Places that something waits for. */
  get active(): number {
    return this.open.size;
  }

  /** Whether something waits for a place. */
  isActive(name: string): boolean {
    return this.open.has(name);
  }

  /** When something is to be delivered at the latest; `Infinity` if nothing waits. */
  get dueMs(): number {
    return Math.min(...[...this.open.values()].map(({ buffer }) => buffer.dueMs));
  }

  add(place: Place, item: Buffered, nowMs: number): void {
    const open = this.open.get(place.name) ?? { place, buffer: new RecordBuffer<Buffered>(this.options.limits) };
    this.open.set(place.name, open);
    open.buffer.add(item, nowMs);
    if (open.buffer.isFull) this.deliver(open);
  }

  /** Delivers what has waited long enough. */
  passTo(nowMs: number): void {
    for (const open of this.open.values()) if (open.buffer.dueMs <= nowMs) this.deliver(open);
  }

  private deliver({ place, buffer }: Open): void {
    this.open.delete(place.name);
    const items = buffer.take();
    const oldestMs = Math.min(...items.map(({ arrivedAtMs }) => arrivedAtMs));
    const bytes = Buffer.concat(items.map((item) => item.bytes));
    const { put, isGzip, random, putTwice } = this.options;
    const content = isGzip ? gzipSync(bytes) : bytes;
    const times = random.chance(putTwice) ? 2 : 1;
    for (let i = 0; i < times; i++)
      put(evaluatePrefix(place.prefix, { ...place.facts, oldestMs }) + this.suffix(oldestMs), content);
  }

  /** https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html */
  private suffix(oldestMs: number): string {
    const { random, streamName, isGzip } = this.options;
    const time = new Date(oldestMs).toISOString().slice(0, 19).replaceAll(/[T:]/g, '-');
    const digits = (length: number) => Array.from({ length }, () => random.below(16).toString(16)).join('');
    const uuid = [8, 4, 4, 4, 12].map(digits).join('-');
    return `${streamName}-1-${time}-${uuid}${isGzip ? '.gz' : ''}`;
  }
}
