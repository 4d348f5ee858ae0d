import { parseArgs } from 'node:util';

import { LAKE_QUERIES } from '../core/lake-queries.ts';
import { readOnlyStatement, type ReadOnlyStatement } from '../core/sql/read-only-statement.ts';
import { checkPreset, runCommand, SetupError, UsageError } from '../deployment/command-line.ts';
import { askLake, type LakeRequest } from '../deployment/open-lake.ts';
import { parseWholeNumber } from '../deployment/option-values.ts';
import { resolveTarget } from '../deployment/target.ts';
import { QueryError, type LakeAnswer } from '../storage/lake/lake-answer.ts';
import { answerCsv, answerJson, explanationText, showAnswer } from './answer-text.ts';
import { nothingFoundRemark, queryList } from './saved-queries-text.ts';

const USAGE = `Usage: npm run query -- "select source, count(*) as observations from raw group by source"
       [--limit 100] [--json | --csv] [--preset trends] [--target aws]
       npm run query -- --named posts-per-topic-and-day
       npm run query -- --list [--sql]
Asks the lake in SQL, in Athena's dialect (Trino): on this machine by DuckDB over a copy of its bucket, with --target aws
by Athena. Tables: raw, every observation, and posts, of every post the latest; partitions year, month, day are texts
('2026', '01', '31'). "DESCRIBE posts" lists the columns. --named: a query that is saved; --list: those there are, --sql:
with their SQL. --json, --csv (with npm run --silent): all rows, values whole. --limit: rows; 100 unless given, of --json and
--csv a million. One SELECT, WITH, EXPLAIN, DESCRIBE or SHOW: the lake is only read.`;

const MOST_ROWS = 1_000_000;
const TABLE_ROWS = 100;
const DEFAULT_WIDTH = 100;

await runCommand(USAGE, async () => {
  const { values, positionals } = parseArgs({
    options: {
      preset: { type: 'string' },
      target: { type: 'string' },
      named: { type: 'string' },
      list: { type: 'boolean' },
      sql: { type: 'boolean' },
      json: { type: 'boolean' },
      csv: { type: 'boolean' },
      limit: { type: 'string' },
    },
    allowPositionals: true,
  });
  const { list, sql, ...others } = values;
  if (list && (positionals.length > 0 || Object.keys(others).length > 0))
    throw new UsageError('--list asks nothing: give no SQL and no option beside it but --sql.');
  if (list) return console.log(queryList(sql));
  if (sql) throw new UsageError('--sql belongs to --list; the SQL of a question stands without it.');
  if (values.json && values.csv) throw new UsageError('--json and --csv contradict each other.');
  const isWhole = values.json || values.csv;
  const given = values.limit ?? String(isWhole ? MOST_ROWS : TABLE_ROWS);
  const limit = parseWholeNumber('limit', given, { min: 1, max: MOST_ROWS });
  const asked = askedFor(positionals.join(' '), values.named);
  const target = resolveTarget(values);
  const preset = checkPreset(values.preset ?? 'trends');
  const { answer, remark: cost } = await ask(target, preset, { ...asked, limit });
  const remark = `${cost}${answer.rows.length === 0 ? nothingFoundRemark(values.named, preset) : ''}`;
  if (values.json) console.log(answerJson(answer));
  else if (values.csv) console.log(answerCsv(answer));
  else if (asked.statement.isExplain) console.log(explanationText(answer));
  else return printForPeople(answer, remark);
  console.error(`${countText(answer)}${remark}`);
});

function printForPeople(answer: LakeAnswer, remark: string): void {
  const { text, hasCutValues } = showAnswer(answer, process.stdout.columns || DEFAULT_WIDTH);
  if (text !== '') console.log(text);
  console.error(
    `${countText(answer)}${remark}${hasCutValues ? ' Values that end in … are cut; --json has them whole.' : ''}`,
  );
}

async function ask(target: ReturnType<typeof resolveTarget>, preset: string, request: LakeRequest) {
  try {
    return await askLake(target, preset, request);
  } catch (error) {
    if (error instanceof QueryError) throw new SetupError(error.message, { cause: error });
    throw error;
  }
}

/** @throws UsageError if it is nothing or twice something, SetupError if it is no question or no name of one */
function askedFor(sql: string, named: string | undefined): { statement: ReadOnlyStatement; days?: number } {
  if (named !== undefined && sql !== '') throw new UsageError('--named is a query; give no SQL beside it.');
  if (named === undefined && sql === '') throw new UsageError('Say what to ask: SQL, or --named and a name.');
  const query = named === undefined ? undefined : LAKE_QUERIES.find(({ name }) => name === named);
  if (named !== undefined && query === undefined)
    throw new SetupError(
      `There is no query ${JSON.stringify(named)}; there is ${LAKE_QUERIES.map(({ name }) => name).join(', ')}.`,
    );
  const statement = readOnlyStatement(query?.sql ?? sql);
  if (!statement.ok) throw new SetupError(`${statement.reason}.`);
  return query === undefined ? { statement } : { statement, days: query.days };
}

function countText({ rows, isCut }: LakeAnswer): string {
  const count = `${rows.length.toLocaleString('en-US')} ${rows.length === 1 ? 'row' : 'rows'}`;
  return isCut ? `The first ${count}; --limit shows more. ` : `${count}. `;
}
