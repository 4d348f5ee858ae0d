/** Where a query was to run, for messages. */
export interface QueryPlace {
  readonly database: string;
  readonly workgroup: string;
}

/** A failure that Athena tells of in words alone, and what to do about it. */
const FAILURES: readonly (readonly [RegExp, (place: QueryPlace) => string])[] = [
  [
    /lake formation/i,
    ({ database }) =>
      `Lake Formation guards this account's catalog, and you have no SELECT on the tables of ${database}: grant it (\`aws lakeformation grant-permissions\`, or the console), and deploy with \`-c lakeFormation=true\` so that the app grants its own functions what they need`,
  ],
  [
    /bytes scanned limit/i,
    ({ workgroup }) =>
      `The query reads more than workgroup ${workgroup} allows: ask for fewer days or columns (year, month, day), or raise \`-c lakeQueryMaxGib\``,
  ],
  [
    /workgroup .*(?:not found|does not exist)/i,
    ({ workgroup }) => `Workgroup ${workgroup} is gone: deploy the app again`,
  ],
  [
    /workgroup .*disabled/i,
    ({ workgroup }) => `Workgroup ${workgroup} is disabled: somebody has to enable it in the console of Athena`,
  ],
  [
    /(?:database|schema) .*(?:not found|does not exist)|SCHEMA_NOT_FOUND/i,
    ({ database }) => `The catalog has no database ${database}: deploy the app again`,
  ],
  [/TABLE_NOT_FOUND|table .*does not exist/i, () => 'There is no such table: there are raw and posts'],
  [
    /COLUMN_NOT_FOUND|column .*cannot be resolved/i,
    () => '`npm run query -- --target aws "DESCRIBE posts"` lists the columns',
  ],
  [/exhausted resources/i, () => 'The query needs more than Athena gives one: ask for fewer days (year, month, day)'],
  [
    /not authorized|access denied|AccessDenied/i,
    () => 'Your account may not do this: it needs Athena, Glue and the bucket of the lake',
  ],
];

/** Why a query has come to nothing, as a sentence. */
export function describeAthenaFailure(
  reason: string,
  { isCancelled, database, workgroup }: QueryPlace & { readonly isCancelled: boolean },
): string {
  const advice = adviceOn(reason, { database, workgroup });
  if (advice !== undefined) return `${advice}.${said(reason)}`;
  if (isCancelled) return `Somebody has cancelled the query.${said(reason)}`;
  return `Athena has failed.${said(reason)}`;
}

/** Why a query was not even begun, as a sentence. */
export function describeRefusal(reason: string, place: QueryPlace): string {
  const advice = adviceOn(reason, place) ?? 'Athena does not take this query';
  return `${advice}.${said(reason)}`;
}

function adviceOn(reason: string, place: QueryPlace): string | undefined {
  return FAILURES.find(([pattern]) => pattern.test(reason))?.[1](place);
}

/** In Athena's words, which name the place in the SQL: `line 1:8: Column 'x' cannot be resolved`. */
function said(reason: string): string {
  const text = reason.replaceAll(/\s+/g, ' ').trim();
  return text === '' ? '' : ` (Athena: ${text.replace(/[.;]$/, '')}.)`;
}
