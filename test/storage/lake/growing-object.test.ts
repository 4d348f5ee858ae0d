import { expect, test } from 'vitest';

import { seededRandom } from '../../../producers/sources/generator/random.ts';
import { growObjectIn } from '../../../storage/lake/growing-object.ts';
import { network } from '../../support/aws/network.ts';
import { simulatedS3 } from '../../support/aws/s3.ts';
import { plainObjects } from '../../support/lake-objects.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const addition = (number: number) => ({ sequenceNumber: String(number), bytes: Buffer.from(`${number};`) });

test.each([
  ['is not there yet', []],
  ['is there already', [addition(1)]],
])(
  'of two writers that meet at an object that %s one has to try again, and nothing is lost or there twice',
  async (_, before) => {
    const clock = virtualClock(0);
    const s3 = simulatedS3(network(clock, seededRandom(4)));
    const grow = growObjectIn({ s3: s3.clientOf({ name: 'deliver-lake', isAlive: true }), bucketName: 'lake' });
    await clock.run(grow('key.gz', before));
    const batches = [
      [addition(1), addition(2)],
      [addition(1), addition(2), addition(3)],
    ];

    const ends = await clock.run(Promise.allSettled(batches.map((batch) => grow('key.gz', batch))));
    expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    for (const batch of batches) await clock.run(grow('key.gz', batch));

    expect(plainObjects(s3.objects('lake'), '').map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['1;2;3;']);
  },
);
