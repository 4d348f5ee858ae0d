import { expect, test } from 'vitest';

import { seededRandom } from '../../producers/sources/generator/random.ts';
import { markStore } from '../../storage/mark-store.ts';
import { simulatedDynamo } from '../support/aws/dynamodb.ts';
import { network } from '../support/aws/network.ts';
import { virtualClock } from '../support/virtual-clock.ts';

test('a mark is its name, the token of its latest addition and the time of its first, and nothing else', async () => {
  const clock = virtualClock(1_000);
  const dynamo = simulatedDynamo(network(clock, seededRandom(1)), { marks: { partition: 'window', sort: 'key' } });
  const documents = dynamo.clientOf({ name: 'test', isAlive: true });
  const times = [100, 200];
  let additions = 0;
  const now = () => times[additions - 1] ?? 0;
  const marks = markStore({ documents, tableName: 'marks', newToken: () => `token${++additions}`, now });
  const name = { window: 'hour', key: '2026-11-20T17:00' } as const;

  await clock.run(marks.add([name]));
  await clock.run(marks.add([name]));

  expect(dynamo.items('marks')).toEqual([{ ...name, last: 'token2', added_at_ms: 100 }]);
});
