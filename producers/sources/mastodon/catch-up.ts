import { compareIds } from '../../network/ids.ts';
import type { Received } from '../../network/network.ts';
import { PAGE_SIZE, type MastodonApi } from './api.ts';
import { statusId, type Positions } from './positions.ts';
import type { Timeline } from './timelines.ts';

/** Before every status. */
const FIRST_ID = '0';

export interface CatchUpDeps {
  readonly api: Pick<MastodonApi, 'page'>;
  readonly positions: Positions;
  /** The host of the server. */
  readonly server: string;
}

/**
 * Delivers what a timeline has got since its position, oldest first: page after page, until one is empty, or, where the
 * next round is not far, until one is not full. Without a position, its last page.
 */
export async function* catchUp(
  { api, positions, server }: CatchUpDeps,
  timeline: Timeline,
  until: 'empty' | 'not full',
): AsyncGenerator<Received> {
  let minId = positions.readFrom(timeline);
  for (;;) {
    const page = oldestFirst(await api.page(timeline, minId));
    for (const status of page) {
      const id = statusId(status);
      const isNew = positions.isNew(status);
      if (id !== undefined) positions.reach(timeline, id);
      if (isNew) yield { payload: { server, event: 'update', data: status }, cursor: positions.cursor() };
    }
    const newest = statusId(page.at(-1));
    // Whatever comes to an empty timeline comes after this.
    if (page.length === 0 && minId === undefined) positions.reach(timeline, FIRST_ID);
    if (newest === undefined || newest === minId || (until === 'not full' && page.length < PAGE_SIZE)) return;
    minId = newest;
  }
}

function oldestFirst(page: readonly unknown[]): unknown[] {
  return page.toSorted((a, b) => compareIds(statusId(a) ?? '', statusId(b) ?? ''));
}
