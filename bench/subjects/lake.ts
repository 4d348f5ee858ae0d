import type { Measurement, Subject } from '../measurement.ts';
import { eventBytes } from './lake/event-bytes.ts';
import type { LakePart } from './lake/lake-part.ts';
import { loader } from './lake/loader.ts';
import { transform } from './lake/transform.ts';

const PARTS: readonly LakePart[] = [transform, loader, eventBytes];

/** The way into the lake, and what lies there. */
export const lake: Subject = {
  name: 'lake',
  about: 'records to rows against JSON alone; what an invocation takes; objects to documents; bytes of an event',
  async measure() {
    const measurements: Measurement[] = [];
    for (const part of PARTS) {
      console.error(`- ${part.about} …`);
      measurements.push(...(await part.measure()));
    }
    return measurements;
  },
};
