import { wireAggregation } from '../shared/aggregation/wire-aggregation.ts';

export const handler = wireAggregation('hour');
