/** `Binder Error: Referenced column "x" not found …`, then `LINE 1: …` with a mark below the place. */
const MESSAGE =
  /^(?:Failed to extract statements: )?(?:[A-Za-z ]+ Error: )?(?<what>[\s\S]*?)(?:\n+LINE (?<line>\d+): (?<shown>.*)\n(?<mark> *)\^[\s\S]*)?$/;

/** For a table that there is not, DuckDB proposes tables of its own. */
const UNHELPFUL_GUESS = /(?<=^Table with name [\s\S]* does not exist!?)\s*Did you mean "[^"]*"\??/;

/** A failure of DuckDB as one sentence, with the place in the SQL where it says it. */
export function describeDuckdbError(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const { what = text, line, shown = '', mark = '' } = MESSAGE.exec(text)?.groups ?? {};
  const sentence = what
    .replace(UNHELPFUL_GUESS, '')
    .trim()
    .replaceAll(/!?\s*\n\s*/g, '; ')
    .replace(/[!.;\s]+$/, '');
  const near = shown
    .slice(mark.length - `LINE ${line}: `.length)
    .trim()
    .slice(0, 40);
  const place = line === undefined || near === '' ? '' : ` (line ${line}, at \`${near}\`)`;
  return `${sentence}${place}${adviceOn(text)}.`;
}

function adviceOn(text: string): string {
  if (/^Binder Error: .*column/i.test(text)) return ': `npm run query -- "DESCRIBE posts"` lists the columns';
  if (text.startsWith('Catalog Error: Table ')) return ': there are raw and posts';
  if (text.startsWith('Permission Error')) return ': SQL reads the lake, and no other file of this machine';
  if (text.startsWith('Out of Memory')) return ': ask for fewer days (year, month, day)';
  if (/^IO Error: .*No such file/.test(text)) return ': the copy has changed meanwhile, ask again';
  if (/not a GZIP stream|Parquet file|parquet: no magic bytes|No magic bytes/i.test(text))
    return ': it is damaged, or not what its name ends in; take that object out of the bucket and ask again';
  return '';
}
