import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { buffer } from 'node:stream/consumers';

import * as z from 'zod';

import { NEWEST_FORMS } from '../../core/search/dashboards/saved-objects.ts';
import type { Answer } from './networks/http-double.ts';
import { closeServer, listen } from './networks/loopback.ts';

export interface DashboardsServerOptions {
  /** @default - none: `/_dashboards` as on AWS */
  readonly basePath?: string;
  /** Requests that it answers with 503 while it wakes up. @default 0 */
  readonly wakingAnswers?: number;
  /** Whether addresses lose what stands behind `?`, as AWS says of signed requests. @default false */
  readonly losesQueries?: boolean;
  /** Answers in place of all that follows, if it answers. @default - none */
  readonly inFront?: (request: IncomingMessage, body: Buffer) => Answer | undefined;
}

/** The import API of OpenSearch Dashboards, after its source at 2.x and 3.x: what it checks, and in which order. */
export interface DashboardsServer extends AsyncDisposable {
  readonly url: string;
  /** What is stored, by `type id`. */
  readonly stored: ReadonlyMap<string, Saved>;
  /** Paths that were asked for, without their query. */
  readonly asked: readonly string[];
}

const SavedSchema = z.looseObject({
  type: z.string(),
  id: z.string(),
  attributes: z.looseObject({}),
  references: z.array(z.object({ type: z.string(), id: z.string() })).default([]),
  migrationVersion: z.record(z.string(), z.string()).default({}),
});
type Saved = z.output<typeof SavedSchema>;

const RetriesSchema = z.array(
  z.strictObject({
    type: z.string(),
    id: z.string(),
    overwrite: z.boolean().default(false),
    replaceReferences: z.array(z.unknown()).default([]),
  }),
);

interface Failure {
  readonly type: string;
  readonly id: string;
  readonly error: { readonly type: string; readonly references?: readonly { type: string; id: string }[] };
}

const MAX_BYTES = 26_214_400;
const MAX_OBJECTS = 10_000;
/** Only references to these are looked up. */
const LOOKED_UP: ReadonlySet<string> = new Set(['index-pattern', 'search']);
const KNOWN_QUERIES: Readonly<Record<string, readonly string[]>> = {
  _import: ['overwrite', 'createNewCopies', 'workspaces', 'dataSourceId'],
  _resolve_import_errors: ['createNewCopies', 'dataSourceId', 'workspaces'],
};

/** A request that is refused. */
class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export async function startDashboardsServer(options: DashboardsServerOptions = {}): Promise<DashboardsServer> {
  const stored = new Map<string, Saved>();
  const asked: string[] = [];
  let waking = options.wakingAnswers ?? 0;
  const answerTo = async (request: IncomingMessage): Promise<Answer> => {
    const body = await buffer(request);
    const url = new URL(request.url ?? '', 'http://dashboards');
    asked.push(url.pathname);
    if (waking-- > 0) return { status: 503, body: 'OpenSearch Dashboards server is not ready yet' };
    if (options.losesQueries === true) url.search = '';
    return options.inFront?.(request, body) ?? { body: await take(request, url, body) };
  };
  const take = async (request: IncomingMessage, url: URL, body: Buffer) => {
    const action = /^\/api\/saved_objects\/(_import|_resolve_import_errors)$/.exec(
      url.pathname.slice(options.basePath?.length ?? 0),
    )?.[1];
    if (action === undefined || !url.pathname.startsWith(options.basePath ?? '') || request.method !== 'POST')
      throw new Refusal(404, 'Not Found');
    checkRequest(request, url, { action, size: body.byteLength });
    const form = await readForm(request, body);
    const objects = await readFile(form);
    if (action === '_import')
      return importObjects(objects, { stored, overwrites: url.searchParams.get('overwrite') === 'true' });
    return resolveErrors(objects, { stored, retries: readRetries(form) });
  };
  const server = createServer((request, response) => void reply(request, response, answerTo));
  const port = await listen(server);
  const url = `http://127.0.0.1:${port}${options.basePath ?? ''}`;
  return { url, stored, asked, [Symbol.asyncDispose]: () => closeServer(server) };
}

async function reply(
  request: IncomingMessage,
  response: ServerResponse,
  answerTo: (request: IncomingMessage) => Promise<Answer>,
): Promise<void> {
  const {
    status = 200,
    headers,
    body,
  } = await answerTo(request).catch((error: unknown): Answer => {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, body: { statusCode: error.status, error: 'Refused', message: error.message } };
  });
  const isPage = typeof body === 'string';
  response.writeHead(status, { 'content-type': isPage ? 'text/html' : 'application/json', ...headers });
  response.end(isPage ? body : JSON.stringify(body));
}

function checkRequest({ headers }: IncomingMessage, url: URL, { action, size }: { action: string; size: number }) {
  if (!('osd-xsrf' in headers)) throw new Refusal(400, 'Request must contain a osd-xsrf header.');
  if (headers['content-type']?.startsWith('multipart/form-data') !== true)
    throw new Refusal(415, 'Unsupported Media Type');
  if (size > MAX_BYTES) throw new Refusal(413, 'Payload content length greater than maximum allowed: 26214400');
  const unknown = [...url.searchParams.keys()].find((name) => KNOWN_QUERIES[action]?.includes(name) !== true);
  if (unknown !== undefined) throw new Refusal(400, `[request query.${unknown}]: definition for this key is missing`);
  if (url.searchParams.get('overwrite') === 'true' && url.searchParams.get('createNewCopies') === 'true')
    throw new Refusal(400, '[request query]: cannot use [overwrite] with [createNewCopies]');
}

async function readForm({ headers }: IncomingMessage, body: Buffer): Promise<FormData> {
  const form = new Response(new Uint8Array(body), { headers: { 'content-type': headers['content-type'] ?? '' } });
  return form.formData().catch(() => {
    throw new Refusal(400, 'Invalid multipart payload format');
  });
}

async function readFile(form: FormData): Promise<Saved[]> {
  const file = form.get('file');
  if (!(file instanceof File)) throw new Refusal(400, '[request body.file]: expected value of type [Stream]');
  const extension = extname(file.name).toLowerCase();
  if (extension !== '.ndjson') throw new Refusal(400, `Invalid file extension ${extension}`);
  const lines = (await file.text()).split('\n').filter((line) => line !== '');
  if (lines.length > MAX_OBJECTS) throw new Refusal(400, `Can't import more than ${MAX_OBJECTS} objects`);
  const objects = lines.map(readLine);
  const keys = objects.map(keyOf);
  const twice = keys.filter((key, i) => keys.indexOf(key) !== i);
  if (twice.length > 0) throw new Refusal(400, `Non-unique import objects detected: [${twice.join()}]`);
  return objects;
}

function readLine(line: string): Saved {
  try {
    return SavedSchema.parse(JSON.parse(line));
  } catch {
    throw new Refusal(400, 'Unexpected token in JSON');
  }
}

function readRetries(form: FormData): z.output<typeof RetriesSchema> {
  const text = form.get('retries');
  if (typeof text !== 'string') throw new Refusal(400, '[request body.retries]: expected value of type [array]');
  return RetriesSchema.parse(JSON.parse(text));
}

interface Store {
  readonly stored: Map<string, Saved>;
}

function importObjects(objects: readonly Saved[], { stored, overwrites }: Store & { overwrites: boolean }) {
  const conflicts = overwrites ? [] : objects.filter((object) => stored.has(keyOf(object)));
  const failures = [...failuresOf(objects, stored), ...conflicts.map((object) => failure(object, 'conflict'))];
  const good = objects.filter((object) => !failures.some(({ type, id }) => keyOf({ type, id }) === keyOf(object)));
  checkForms(good);
  // Faults that a person may resolve keep all objects out, and yet the others are counted.
  if (failures.every(({ error }) => error.type === 'unsupported_type')) save(good, stored);
  return {
    successCount: good.length,
    success: failures.length === 0,
    ...(failures.length > 0 && { errors: failures }),
  };
}

function resolveErrors(
  objects: readonly Saved[],
  { stored, retries }: Store & { retries: z.output<typeof RetriesSchema> },
) {
  const retried = new Map(retries.map((retry) => [keyOf(retry), retry]));
  const chosen = objects.filter((object) => retried.has(keyOf(object)));
  const conflicts = chosen.filter(
    (object) => stored.has(keyOf(object)) && retried.get(keyOf(object))?.overwrite !== true,
  );
  const failures = [...failuresOf(chosen, stored), ...conflicts.map((object) => failure(object, 'conflict'))];
  checkForms(chosen);
  if (failures.length === 0) save(chosen, stored);
  return {
    successCount: chosen.length - failures.length,
    success: failures.length === 0,
    ...(failures.length > 0 && { errors: failures }),
  };
}

function failuresOf(objects: readonly Saved[], stored: ReadonlyMap<string, Saved>): Failure[] {
  const known = new Set([...stored.keys(), ...objects.map(keyOf)]);
  return objects.flatMap((object) => {
    if (!Object.hasOwn(NEWEST_FORMS, object.type)) return [failure(object, 'unsupported_type')];
    const missing = object.references.filter(({ type, id }) => LOOKED_UP.has(type) && !known.has(keyOf({ type, id })));
    const references = missing.map(({ type, id }) => ({ type, id }));
    return missing.length > 0 ? [failure(object, 'missing_references', references)] : [];
  });
}

function failure({ type, id }: Saved, reason: string, references?: { type: string; id: string }[]): Failure {
  return { type, id, error: { type: reason, ...(references && { references }) } };
}

function checkForms(objects: readonly Saved[]): void {
  for (const { type, id, migrationVersion } of objects)
    for (const [property, version] of Object.entries(migrationVersion))
      if (isNewer(version, NEWEST_FORMS[property] ?? '0.0.0'))
        throw new Refusal(
          422,
          `Document "${id}" has property "${property}" which belongs to a more recent version of OpenSearch Dashboards [${version}], a ${type}.`,
        );
}

function isNewer(version: string, than: string): boolean {
  return version.localeCompare(than, 'en', { numeric: true }) > 0;
}

function save(objects: readonly Saved[], stored: Map<string, Saved>): void {
  for (const object of objects) stored.set(keyOf(object), object);
}

function keyOf({ type, id }: { readonly type: string; readonly id: string }): string {
  return `${type} ${id}`;
}
