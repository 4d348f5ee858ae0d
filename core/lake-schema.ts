/** A column as it is written down for engines that do not run TypeScript. */
export interface SchemaColumn {
  readonly name: string;
  readonly type: string;
}

/**
 * Why files that were written with some columns could not be read with others, in one sentence that names the column.
 * Columns may only be added at the end: Spark and Hive read files of years ago with the columns of today.
 * @returns undefined if they can
 */
export function incompatibility(before: readonly SchemaColumn[], after: readonly SchemaColumn[]): string | undefined {
  for (const [index, { name, type }] of before.entries()) {
    const now = after.find((column) => column.name === name);
    if (now === undefined) return `The column ${name} was removed or renamed: ${REMEDY}`;
    if (now.type !== type) return `The column ${name} was ${type} and is ${now.type}: ${REMEDY}`;
    if (after[index] !== now) return `The column ${name} was moved: ${REMEDY}`;
  }
  return undefined;
}

const REMEDY = 'what the lake holds was written with it; add a new field at the end of EVENT_FIELDS instead.';

/** Columns as the file that Spark reads has them: JSON, a line for each. */
export function columnsFile(columns: readonly SchemaColumn[]): string {
  const lines = columns.map(
    ({ name, type }) => `  { "name": ${JSON.stringify(name)}, "type": ${JSON.stringify(type)} }`,
  );
  return `[\n${lines.join(',\n')}\n]\n`;
}
