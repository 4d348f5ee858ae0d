import { wireAggregation } from '../shared/aggregation/wire-aggregation.ts';

export const handler = wireAggregation('5-minute');
