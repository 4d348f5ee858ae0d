/** One change of one place in a file, which must be there exactly once. */
export interface Edit {
  /** From the root of the repository. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A deliberate break that the fault suite has to notice. */
export interface Mutation {
  readonly name: string;
  /** What the broken product does. */
  readonly breaks: string;
  readonly edits: readonly Edit[];
}

const SINK = 'producers/kinesis-sink.ts';
const WRITE_LIVE = 'lambdas/write-live/write-live.ts';
const LIVE_STORE = 'storage/live-store.ts';
const MARK_STORE = 'storage/mark-store.ts';
const SUMMARY_STORE = 'storage/summary-store.ts';
const SNAPSHOT_STORE = 'storage/snapshot-store.ts';
const READ_MINUTE = 'storage/read-minute.ts';
const REFRESH = 'lambdas/shared/aggregation/refresh-summary.ts';
const FINISH = 'lambdas/shared/aggregation/finish-windows.ts';
const RUNS = 'lambdas/shared/aggregation/runs.ts';
const AGGREGATE = 'core/aggregate.ts';
const WINDOWS = 'core/windows.ts';

const READ_ROWS =
  'const readRows = (): Promise<MinuteRows> => live.readMinute(name.source, name.minute, writeShards);\n  return { previous, marks: found, writeShards, readRows };';

/** A mutation of a single place. */
function mutation(name: string, breaks: string, file: string, [find, replace]: readonly [string, string]): Mutation {
  return { name, breaks, edits: [{ file, find, replace }] };
}

/** Every deliberate break. */
export const MUTATIONS: readonly Mutation[] = [
  mutation(
    'checkpoint-before-put',
    'a producer remembers an event as stored before it is',
    'producers/run-producer.ts',
    ['await sink.put(encoded.data, stored);', 'stored(); await sink.put(encoded.data, () => undefined);'],
  ),
  mutation('failed-entries-forgotten', 'what PutRecords refuses is not sent again', SINK, [
    'entries.filter((_, i) => results[i]?.SequenceNumber === undefined)',
    '[]',
  ]),
  mutation('unprocessed-items-ignored', 'what BatchWriteItem leaves over is not written', LIVE_STORE, [
    'pending = UnprocessedItems;',
    'return;',
  ]),
  mutation('live-rows-first-page-only', 'a minute is summed up from its first page', LIVE_STORE, [
    '} while (start !== undefined);',
    '} while (false);',
  ]),
  mutation('live-rows-read-behind', 'rows are read without consistency', LIVE_STORE, [
    'ConsistentRead: true',
    'ConsistentRead: false',
  ]),
  mutation('failure-reported-as-success', 'a batch whose rows were not taken counts as done', WRITE_LIVE, [
    '[{ itemIdentifier: first }]',
    '[]',
  ]),
  mutation('last-record-reported', 'only the last record of a failed batch is tried again', WRITE_LIVE, [
    'event.Records[0]',
    'event.Records.at(-1)',
  ]),
  {
    name: 'marks-before-rows',
    breaks: 'minutes are marked before their rows are stored',
    edits: [
      { file: WRITE_LIVE, find: 'const refused = await storeRows(deps, inTime);\n', replace: '' },
      {
        file: WRITE_LIVE,
        find: 'const all = [...rejections',
        replace: 'const refused = await storeRows(deps, inTime);\n  const all = [...rejections',
      },
    ],
  },
  mutation('late-mark-dropped', 'minutes of more than an hour ago are not marked', WRITE_LIVE, [
    'deps.marks.add(inTime.map(',
    'deps.marks.add(inTime.filter((row) => deps.now() - epochMs(row.event.created_at) < 3_600_000).map(',
  ]),
  mutation('rejected-not-kept', 'records that hold no event are only counted', WRITE_LIVE, [
    'deps.keepRejected({ ...record, reason, detail })',
    'Promise.resolve()',
  ]),
  mutation('rejected-kept-per-attempt', 'each attempt keeps a rejected record anew', 'storage/rejected-store.ts', [
    '${sequenceNumber}${suffix}.json',
    '${sequenceNumber}-${Math.random()}${suffix}.json',
  ]),
  mutation('mark-removed-unread', 'a mark is removed although it was added to since', MARK_STORE, [
    "'#last = :last'",
    "'#last = :last OR attribute_exists(#last)'",
  ]),
  mutation('mark-token-repeated', 'a mark that was set anew looks like the one before', MARK_STORE, [
    '{ token: newToken(), nowMs: now() }',
    "{ token: 'token', nowMs: now() }",
  ]),
  mutation('marks-first-page-only', 'marks beyond the first page are not seen', MARK_STORE, [
    '} while (start !== undefined);',
    '} while (false);',
  ]),
  mutation('summary-unconditional', 'a summary replaces whatever is there', SUMMARY_STORE, [
    "...(previous === undefined ? { IfNoneMatch: '*' } : { IfMatch: previous.etag }),",
    '',
  ]),
  mutation('summaries-first-page-only', 'an hour is merged from the first page of its summaries', SUMMARY_STORE, [
    '} while (token !== undefined);',
    '} while (false);',
  ]),
  mutation('failed-read-taken-for-none', 'a summary that cannot be read now counts as absent', SUMMARY_STORE, [
    'if (error instanceof NoSuchKey) return undefined;',
    'return undefined;',
  ]),
  mutation('marks-read-after-rows', 'marks are read after the rows that they stand for', READ_MINUTE, [
    READ_ROWS,
    'const rows = await live.readMinute(name.source, name.minute, writeShards);\n  return { previous, marks: await marks.list(`live#${name.source}`, { fromKey: `${name.minute}#`, toKey: `${name.minute}#~` }), writeShards, readRows: async () => rows };',
  ]),
  mutation('summary-read-after-rows', 'the summary to be replaced is read after the rows', READ_MINUTE, [
    READ_ROWS,
    'const rows = await live.readMinute(name.source, name.minute, writeShards);\n  return { previous: await summaries.read(name), marks: found, writeShards, readRows: async () => rows };',
  ]),
  {
    name: 'write-shards-of-today',
    breaks: 'rows in write shards that are not configured any more are not read',
    edits: [
      { file: READ_MINUTE, find: 'previous?.writeShards ?? 0,', replace: '' },
      { file: READ_MINUTE, find: '...found.map((mark) => writeShardOf(mark.key) + 1),', replace: '' },
    ],
  },
  mutation('windows-not-marked', 'a minute that changed does not mark the windows above it', REFRESH, [
    'await marks.add(windowsAbove(written));',
    '',
  ]),
  {
    name: 'windows-marked-too-late',
    breaks: 'a minute loses its mark before the windows above it have theirs',
    edits: [
      { file: REFRESH, find: 'await marks.add(windowsAbove(written));', replace: '' },
      {
        file: REFRESH,
        find: 'return again.flat();',
        replace: 'await marks.add(windowsAbove(written));\n  return again.flat();',
      },
    ],
  },
  mutation('added-instead-of-replaced', 'a minute that is summed up again is added to itself', REFRESH, [
    'stores.summaries.write({ summary,',
    'stores.summaries.write({ summary: { ...summary, totals: { ...summary.totals, events: summary.totals.events + (previous?.summary.totals.events ?? 0) } },',
  ]),
  mutation('snapshot-unconditional', 'a snapshot replaces a newer one', 'storage/snapshot-store.ts', [
    "'#revision = :previous'",
    "'#revision = :previous OR attribute_exists(#revision)'",
  ]),
  mutation('older-row-over-newer', 'a stale writer overwrites the rows of a newer one', 'storage/window-row-store.ts', [
    "'attribute_not_exists(#revision) OR #revision <= :revision'",
    "'attribute_not_exists(#revision) OR attribute_exists(#revision)'",
  ]),
  mutation('fallen-rows-left', 'keywords that fell out of the best keep their rows', FINISH, [
    'known.names.filter((row) => !kept.has(rowName(row)))',
    'known.names.filter(() => false)',
  ]),
  mutation('changed-rows-left', 'rows that are there are not written again though they changed', FINISH, [
    'isDeepStrictEqual(categories.get(category)?.ranking[row.rank - 1], row)',
    'true',
  ]),
  mutation('unfinished-rows-forgotten', 'rows that a dead writer left undone are taken for done', FINISH, [
    '(await snapshots.readRowsDone(window)) >= previous.revision',
    'true',
  ]),
  {
    name: 'rows-done-before-rows',
    breaks: 'rows are said to be written before they are',
    edits: [
      {
        file: FINISH,
        find: '  await stores.rows.apply({',
        replace:
          '  await stores.snapshots.writeRowsDone(window, { revision, expiresAt: snapshotExpires });\n  await stores.rows.apply({',
      },
    ],
  },
  mutation('rows-done-by-earlier', 'rows of a revision are taken for those of the next one', SNAPSHOT_STORE, [
    'return Item === undefined ? 0 : RevisionSchema.parse(Item).revision;',
    'return Item === undefined ? 0 : RevisionSchema.parse(Item).revision + 1;',
  ]),
  mutation('mark-before-rows', 'the mark of a window is removed before its rows are written', FINISH, [
    'const found = await marksOf(deps, run);',
    'const found = await marksOf(deps, run);\n    await Promise.all(found.map((mark) => marks.remove(mark)));',
  ]),
  mutation('open-window-not-marked', 'the 5-minute window that is open is forgotten', FINISH, [
    'if (run.next !== undefined) await marks.add([run.next]);',
    '',
  ]),
  mutation('later-windows-left', 'a late event changes only one 5-minute window of its hour', RUNS, [
    'windows: [first, ...later]',
    'windows: [first]',
  ]),
  mutation('summed-up-no-longer-than-accepted', 'what was accepted last is not summed up any more', WINDOWS, [
    'acceptsUntilMs(window, lateHours) + SUMMING_UP_MS',
    'acceptsUntilMs(window, lateHours)',
  ]),
  mutation('ranked-no-longer-than-accepted', 'what was accepted last is summed up and not ranked', WINDOWS, [
    'acceptsUntilMs(window, lateHours) + RANKING_MS',
    'acceptsUntilMs(window, lateHours)',
  ]),
  mutation('first-observation-wins', 'later observations of a post are ignored', AGGREGATE, [
    'observation.eventKey > known.eventKey',
    'observation.eventKey < known.eventKey',
  ]),
  mutation('every-observation-counted', 'each observation of a post counts', AGGREGATE, [
    'latest.set(observation.id, observation)',
    'latest.set(observation.eventKey, observation)',
  ]),
  mutation('deletes-ignored', 'deleted posts count', AGGREGATE, [
    'latest.filter((observation) => !observation.isDelete)',
    'latest',
  ]),
];
