import type { ReadContext } from '../../network/network.ts';
import { withClient } from './client.ts';

/**
 * Asks X to let go of the connections of this app to the filtered stream
 * (https://docs.x.com/x-api/connections/terminate-connections-by-endpoint). It is a help, not a need: where X does not do
 * it, waiting goes on as before.
 */
export async function freeConnections(context: ReadContext): Promise<void> {
  try {
    await withClient(context, (client) => client.delete('connections/filtered_stream'));
  } catch {
    context.notify('X does not end them.');
  }
}
