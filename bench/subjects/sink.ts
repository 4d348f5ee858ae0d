import { against, type Measurement, type Subject } from '../measurement.ts';
import { runChild, type ChildFigures } from '../run-child.ts';

const EVENTS = 100_000;
const MANY_EVENTS = 1_000_000;
const REFUSED = 0.3;
/** As `npm run soak`: under a heap that may grow, the memory says more of the collector than of the sink. */
const HEAP_MB = 96;

/** The producer's sink over a stream in memory: what it costs, and how many requests refusals cost. */
export const sink: Subject = {
  name: 'sink',
  about: 'the sink over a stream that refuses nothing, or 30 % of the entries; memory in a heap of 96 MB',
  async measure() {
    const calm = await send(EVENTS, 0);
    const refusing = await send(EVENTS, REFUSED);
    const many = await send(MANY_EVENTS, REFUSED);
    return [
      // With refusals there is no rate: the real sink waits before it tries again, this one does not.
      { what: '100,000 events, none refused', value: EVENTS / (calm['seconds'] ?? Number.NaN), unit: 'events/s' },
      ...against(count('requests, none refused', calm['puts']), [count('requests, 30 % refused', refusing['puts'])]),
      ...against({ what: 'events', value: EVENTS, unit: 'entries' }, [
        { what: 'entries sent for them, 30 % refused', value: refusing['entries'] ?? 0, unit: 'entries' },
      ]),
      { what: 'events lost, 30 % refused', value: (refusing['missing'] ?? 0) + (many['missing'] ?? 0), unit: 'events' },
      ...against({ what: 'memory in a heap of 96 MB, 100,000 events', value: refusing['peakMb'] ?? 0, unit: 'MB' }, [
        { what: 'memory in a heap of 96 MB, 1,000,000 events', value: many['peakMb'] ?? 0, unit: 'MB' },
      ]),
    ];
  },
};

function send(events: number, refused: number): Promise<ChildFigures> {
  return runChild('send-events.ts', [String(events), String(refused)], { heapMb: HEAP_MB });
}

function count(what: string, value = Number.NaN): Measurement {
  return { what, value, unit: 'requests' };
}
