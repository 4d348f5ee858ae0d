import { against, type Measurement, type Subject } from '../measurement.ts';
import { runChild, type ChildFigures } from '../run-child.ts';

const EVENTS = 100_000;
const MANY_EVENTS = 1_000_000;
const REFUSED = 0.3;

/** The producer's sink over a stream in memory: what it costs, and what failures cost. */
export const sink: Subject = {
  name: 'sink',
  about: 'the sink over a stream that refuses nothing, or 30 % of the entries; memory over a million events',
  async measure() {
    const calm = await send(EVENTS, 0);
    const refusing = await send(EVENTS, REFUSED);
    const many = await send(MANY_EVENTS, REFUSED);
    return [
      ...against(rate('100,000 events, none refused', calm), [
        rate('100,000 events, 30 % of the entries refused', refusing),
      ]),
      ...against(count('requests, none refused', calm['puts']), [count('requests, 30 % refused', refusing['puts'])]),
      ...against({ what: 'events', value: EVENTS, unit: 'entries' }, [
        { what: 'entries sent for them, 30 % refused', value: refusing['entries'] ?? 0, unit: 'entries' },
      ]),
      { what: 'events lost, 30 % refused', value: (refusing['missing'] ?? 0) + (many['missing'] ?? 0), unit: 'events' },
      ...against({ what: 'memory, 100,000 events', value: refusing['peakMb'] ?? 0, unit: 'MB' }, [
        { what: 'memory, 1,000,000 events', value: many['peakMb'] ?? 0, unit: 'MB' },
      ]),
    ];
  },
};

function send(events: number, refused: number): Promise<ChildFigures> {
  return runChild('send-events.ts', [String(events), String(refused)]);
}

function rate(what: string, { seconds = Number.NaN }: ChildFigures): Measurement {
  return { what, value: EVENTS / seconds, unit: 'events/s' };
}

function count(what: string, value = Number.NaN): Measurement {
  return { what, value, unit: 'requests' };
}
