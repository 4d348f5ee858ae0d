import * as z from 'zod';

import { NEWEST_FORMS } from './saved-objects.ts';

/** A saved object of a file, with the JSON in its texts read. */
export interface ReadObject {
  readonly type: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly references: readonly { readonly name: string; readonly type: string; readonly id: string }[];
  readonly migrationVersion: Readonly<Record<string, string>>;
}

/** What {@link readObjects} has found. */
export interface ReadObjects {
  readonly objects: readonly ReadObject[];
  /** One sentence for each line that cannot be used; `[]` where every one can. */
  readonly problems: readonly string[];
}

const ObjectSchema = z.object({
  type: z.string(),
  id: z.string().min(1),
  attributes: z.record(z.string(), z.unknown()),
  references: z.array(z.object({ name: z.string(), type: z.string(), id: z.string() })),
  migrationVersion: z.record(z.string(), z.string()).default({}),
});

/** Attributes that are JSON in a text; `searchSourceJSON` stands inside another attribute. */
const NESTED: ReadonlySet<string> = new Set([
  'visState',
  'uiStateJSON',
  'panelsJSON',
  'optionsJSON',
  'searchSourceJSON',
]);

/** Reads the lines of a file of saved objects; what cannot be read is left out. */
export function readObjects(ndjson: string): ReadObjects {
  const objects: ReadObject[] = [];
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const [i, line] of ndjson.split('\n').entries()) {
    if (line === '') continue;
    const read = readLine(line);
    const problem = typeof read === 'string' ? read : oddity(read, seen);
    if (problem !== undefined) problems.push(`line ${i + 1}: ${problem}`);
    else if (typeof read !== 'string') objects.push(read);
  }
  return { objects, problems };
}

function oddity({ type, id }: ReadObject, seen: Set<string>): string | undefined {
  if (!Object.hasOwn(NEWEST_FORMS, type)) return `the type ${type} is none of ${Object.keys(NEWEST_FORMS).join(', ')}`;
  if (seen.has(`${type} ${id}`)) return `${type} ${id} is there twice`;
  seen.add(`${type} ${id}`);
  return undefined;
}

/** The object, or what is wrong with its line. */
function readLine(line: string): ReadObject | string {
  const { data, success } = ObjectSchema.safeParse(parseJson(line));
  if (!success) return 'is no saved object';
  const attributes = readNested(data.attributes);
  return typeof attributes === 'string' ? attributes : { ...data, attributes };
}

function readNested(attributes: Readonly<Record<string, unknown>>): Record<string, unknown> | string {
  const read: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(attributes)) {
    const inner = !NESTED.has(name) && typeof value === 'object' && value !== null && !Array.isArray(value);
    const content = inner ? readNested({ ...value }) : readText(name, value);
    if (inner && typeof content === 'string') return content;
    if (content === undefined) return `${name} holds no JSON`;
    read[name] = content;
  }
  return read;
}

/** What the text of an attribute stands for; undefined if it ought to be JSON and is not. */
function readText(name: string, value: unknown): unknown {
  if (!NESTED.has(name)) return value ?? null;
  return typeof value === 'string' ? parseJson(value) : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
