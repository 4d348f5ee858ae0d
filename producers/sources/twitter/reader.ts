import { compareIds } from '../../network/ids.ts';
import type { ReadContext, Received } from '../../network/network.ts';
import { openBudget, type PostBudget } from './budget.ts';
import { openConnectLog, type ConnectLog } from './connect-log.ts';
import type { Gap } from './gap-fill.ts';
import { earlierId, idAt } from './post-time.ts';
import { reconnectRules, type Reconnect } from './reconnect.ts';

/** The stream is some seconds out of order: what is older than the newest post may not have come yet. */
const OUT_OF_ORDER_MS = 15_000;

/** How far X is read, and what that takes. */
export interface Reader {
  readonly context: ReadContext;
  readonly budget: PostBudget;
  readonly connects: ConnectLog;
  readonly reconnect: Reconnect;
  areRulesSet: boolean;
  /** How often in a row another connection was in the way. */
  taken: number;
  /** What was missed while nobody was connected; nothing before it is behind the cursor. */
  gap: Gap | undefined;
  /** The highest id that was delivered; undefined before the first. */
  newestId: string | undefined;
}

/** A reader that goes on where the last run was stored. */
export async function openReader(context: ReadContext): Promise<Reader> {
  const { resumeAfter, flags } = context;
  const reader: Reader = {
    context,
    budget: await openBudget(context.preset.twitterBudget, context),
    connects: await openConnectLog(context),
    reconnect: reconnectRules(context.clock),
    areRulesSet: flags['keep-rules'] === true,
    taken: 0,
    gap: undefined,
    newestId: resumeAfter,
  };
  openGap(reader);
  return reader;
}

/** From now on nobody reads: what comes has to be searched for, unless a person does not want it. */
export function openGap(reader: Reader): void {
  const { newestId, context } = reader;
  if (newestId === undefined || context.flags['skip-gaps'] === true) return;
  reader.gap ??= { sinceId: earlierId(newestId, OUT_OF_ORDER_MS) };
}

/** What was left out to save money is not bought afterwards. */
export function leaveOut(reader: Reader): void {
  reader.gap = undefined;
  if (reader.newestId !== undefined) reader.newestId = idAt(reader.context.clock.now());
}

/** A payload with the cursor behind it, which waits at a gap. */
export function received(reader: Reader, payload: unknown): Received {
  const id = idOf(payload);
  if (id !== undefined && (reader.newestId === undefined || compareIds(id, reader.newestId) > 0)) reader.newestId = id;
  const cursor = reader.gap?.sinceId ?? reader.newestId;
  return { payload, ...(cursor !== undefined && { cursor }) };
}

function idOf(payload: unknown): string | undefined {
  const id: unknown = Reflect.get(Object(Reflect.get(Object(payload), 'data')), 'id');
  return typeof id === 'string' && /^\d{1,19}$/.test(id) ? id : undefined;
}
