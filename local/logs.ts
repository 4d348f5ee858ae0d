import { setTimeout as sleep } from 'node:timers/promises';

import {
  CloudWatchLogsClient,
  type FilteredLogEvent,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';

import { resolveTarget } from '../deployment/target.ts';

const POLL_MS = 1_000;
// The last two come from the emulator's own code around the function.
const PLATFORM_LINE = /^(START|END|REPORT|INIT_START) |\[DEP0169\]|^\(Use `node --trace-deprecation/;

interface LogLine {
  readonly id: string;
  readonly timestampMs: number;
  readonly text: string;
}

/** Prints what the functions have said, oldest first, and with `isFollowing` what they say from now on. */
export async function printLogs({ isFollowing, lines }: { isFollowing: boolean; lines: number }): Promise<void> {
  const { label: _label, ...config } = resolveTarget({});
  const client = new CloudWatchLogsClient(config);
  const printed = new Set<string>();
  let sinceMs = 0;
  let limit = lines;
  for (;;) {
    const found = await readLines(client, sinceMs);
    const fresh = found.filter(({ id }) => !printed.has(id)).slice(limit === 0 ? found.length : -limit);
    for (const { text } of fresh) console.log(text);
    for (const { id } of found) printed.add(id);
    // Lines of one moment may come in two answers, so the last moment is read again.
    sinceMs = found.at(-1)?.timestampMs ?? sinceMs;
    limit = Number.MAX_SAFE_INTEGER;
    if (!isFollowing) break;
    await sleep(POLL_MS);
  }
  client.destroy();
}

async function readLines(client: CloudWatchLogsClient, startTime: number): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, {})) {
    for (const { logGroupName = '' } of logGroups) {
      for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName, startTime }))
        lines.push(...events.flatMap((event) => toLine(logGroupName, event)));
    }
  }
  return lines.toSorted((a, b) => a.timestampMs - b.timestampMs);
}

function toLine(logGroupName: string, { eventId = '', timestamp = 0, message = '' }: FilteredLogEvent): LogLine[] {
  if (PLATFORM_LINE.test(message)) return [];
  const name = logGroupName.split('/').at(-1) ?? logGroupName;
  const text = `${new Date(timestamp).toISOString()} ${name}  ${message.trimEnd()}`;
  return [{ id: `${logGroupName} ${eventId}`, timestampMs: timestamp, text }];
}
