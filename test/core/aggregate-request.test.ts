import { describe, expect, test } from 'vitest';

import { AggregateEventSchema, AggregateRequestSchema } from '../../core/aggregate-request.ts';

describe('a request to aggregate', () => {
  test('names its first and its last minute', () => {
    const request = { from: '2026-11-20T17:38', to: '2026-11-20T18:00' };

    expect(AggregateRequestSchema.parse(request)).toEqual(request);
  });

  test.each(['', '2026-11-20', '2026-11-20T17:38:00', '2026-02-30T17:38', '2026-11-20T17:60', '1969-12-31T23:59', 7])(
    'is refused for the minute %j',
    (minute) => {
      const request = { from: minute, to: '2026-11-20T18:00' };

      expect(AggregateRequestSchema.safeParse(request).success).toBe(false);
    },
  );

  test('S0-25: or the schedule asks, and its time need not be one', () => {
    const event = { scheduled_time: '<aws.scheduler.scheduled-time>' };

    expect(AggregateEventSchema.parse(event)).toEqual(event);
  });
});
