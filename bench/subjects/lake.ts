import type { Measurement, Subject } from '../measurement.ts';
import { dedupe } from './lake/dedupe.ts';
import { eventBytes } from './lake/event-bytes.ts';
import type { LakePart } from './lake/lake-part.ts';
import { loader } from './lake/loader.ts';
import { transform } from './lake/transform.ts';

const PARTS: readonly LakePart[] = [transform, loader, eventBytes, dedupe];

/** The way into the lake, and what lies there. */
export const lake: Subject = {
  name: 'lake',
  about: 'records to rows against JSON alone; an invocation; objects to documents; bytes of an event; dedupe',
  async measure() {
    const measurements: Measurement[] = [];
    for (const part of PARTS) {
      console.error(`- ${part.about} …`);
      measurements.push(...(await part.measure()));
    }
    return measurements;
  },
};
