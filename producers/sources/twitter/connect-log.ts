import * as z from 'zod';

import type { ReadContext } from '../../network/network.ts';
import { connectDelayMs, recentConnects } from './reconnect.ts';

/** Remembers when it was connected, over restarts: X counts them for fifteen minutes. */
export interface ConnectLog {
  /** Milliseconds until another connection is allowed. */
  delayMs(): number;
  /** Another connection is about to be made. */
  add(): Promise<void>;
}

const NAME = 'connects';
const TimesSchema = z.array(z.number());

/** The log as the last run left it. */
export async function openConnectLog({ state, clock }: Pick<ReadContext, 'state' | 'clock'>): Promise<ConnectLog> {
  const read = async (): Promise<readonly number[]> => {
    const kept = TimesSchema.safeParse(await state.read(NAME));
    return kept.success ? kept.data : [];
  };
  let connects = await read();
  return {
    delayMs: () => connectDelayMs(connects, clock.now()),
    async add() {
      // Another producer may have connected since.
      connects = [...recentConnects(await read(), clock.now()), clock.now()];
      await state.write(NAME, connects);
    },
  };
}
