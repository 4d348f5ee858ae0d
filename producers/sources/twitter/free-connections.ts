import type { ReadContext } from '../../network/network.ts';
import { twitterClient } from './client.ts';
import { failureOf } from './failure.ts';

/**
 * Ends all connections of the app, which X offers for one that it holds on to
 * (https://docs.x.com/x-api/connections/terminate-all-connections). Where that fails, waiting goes on as before.
 * @throws SourceError for what a person must put right
 */
export async function freeConnections(context: ReadContext): Promise<void> {
  const client = twitterClient(context);
  try {
    await client.delete('connections/all');
  } catch (error) {
    context.notify(`X does not end them: ${failureOf(error).what}.`);
  } finally {
    client.destroy();
  }
}
