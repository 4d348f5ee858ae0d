import * as z from 'zod';

import { parseJson } from '../../core/parse-json.ts';
import { TransientStoreError } from '../errors.ts';
import { awsRegionOf } from './search-client.ts';
import type { SignRequest } from './sign-request.ts';

/** OpenSearch Dashboards will not take the file, now or later, until a person does something. */
export class DashboardsRefusedError extends Error {
  override readonly name = 'DashboardsRefusedError';
  /** HTTP status, where it is what refuses: 401 and 403 pass where rights are still on their way. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

export interface ImportOptions {
  /** Where Dashboards answers: `http://localhost:5601`, or the address of a domain of AWS. */
  readonly url: string;
  /** The saved objects, one in a line. */
  readonly ndjson: string;
  /** @default - requests are not signed */
  readonly sign?: SignRequest | undefined;
  /** The tenant that gets them, where there is fine-grained access. @default - as the server says */
  readonly tenant?: string | undefined;
  /** How long an answer may take. @default 30000 */
  readonly timeoutMs?: number;
  /** @default - the platform's */
  readonly fetch?: typeof fetch;
}

/** What {@link importDashboards} has done. */
export interface ImportedDashboards {
  /** Objects that are there now as the file has them. */
  readonly count: number;
}

/** What Dashboards takes at most (`savedObjects.maxImportPayloadBytes`). */
const MAX_BYTES = 26_214_400;
const TIMEOUT_MS = 30_000;
const WAKING: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);
const UNKNOWN_USER: ReadonlySet<number> = new Set([301, 302, 303, 307, 308, 401, 403]);

const ProblemSchema = z.object({
  type: z.string(),
  id: z.string(),
  error: z.object({
    type: z.string(),
    references: z.array(z.object({ type: z.string(), id: z.string() })).default([]),
  }),
});
type Problem = z.output<typeof ProblemSchema>;

/** It answers 200 where objects failed as well. */
const AnswerSchema = z.object({
  success: z.boolean(),
  successCount: z.int().default(0),
  errors: z.array(ProblemSchema).default([]),
});
type Answer = z.output<typeof AnswerSchema>;

const IdSchema = z.object({ type: z.string(), id: z.string() });
const ComplaintSchema = z.object({ message: z.string() });

/**
 * Puts saved objects into OpenSearch Dashboards, over those of the same ids: any number of times.
 * https://docs.opensearch.org/latest/dashboards/management/saved-objects-api/
 * @throws TransientStoreError while it does not answer or wakes up; DashboardsRefusedError where it will not take them
 */
export async function importDashboards(options: ImportOptions): Promise<ImportedDashboards> {
  const first = await send(options, '_import?overwrite=true', {});
  const refused = first.errors.filter(({ error }) => error.type !== 'conflict');
  if (refused.length > 0) throw new DashboardsRefusedError(describe(refused));
  return counted(first.errors.length === 0 ? first : await overwriteAll(options), options.ndjson);
}

/**
 * What signs a request may lose what its address asks for, and then nothing is overwritten; this says the same in the
 * body. An import with a conflict stores no object at all, whatever it counts: so every one of them is named.
 */
async function overwriteAll(options: ImportOptions): Promise<Answer> {
  const retries = linesOf(options.ndjson).map((line) => ({ ...IdSchema.parse(JSON.parse(line)), overwrite: true }));
  return send(options, '_resolve_import_errors', { retries: JSON.stringify(retries) });
}

function linesOf(ndjson: string): string[] {
  return ndjson.split('\n').filter((line) => line !== '');
}

function counted({ success, successCount, errors }: Answer, ndjson: string): ImportedDashboards {
  if (!success || errors.length > 0) throw new DashboardsRefusedError(describe(errors));
  const expected = linesOf(ndjson).length;
  if (successCount === expected) return { count: successCount };
  throw new DashboardsRefusedError(`Dashboards has taken ${successCount} of ${expected} objects and says of none why.`);
}

function describe(problems: readonly Problem[]): string {
  const reasons = problems.map(({ type, id, error }) => {
    const missing = error.references.map((reference) => ` ${reference.type} ${reference.id}`).join(',');
    return `${type} ${id}: ${error.type}${missing}`;
  });
  return `Dashboards does not take ${problems.length} objects: ${reasons.slice(0, 5).join('; ') || 'it says not why'}.`;
}

async function send(options: ImportOptions, action: string, fields: Readonly<Record<string, string>>): Promise<Answer> {
  const { sign, tenant, ndjson } = options;
  const url = new URL(`api/saved_objects/${action}`, baseOf(options.url));
  const form = await encodeForm(ndjson, fields);
  if (form.body.byteLength > MAX_BYTES)
    throw new DashboardsRefusedError(`The dashboards are larger than the ${MAX_BYTES} bytes that Dashboards takes.`);
  const headers = {
    'content-type': form.type,
    // Any value does: it tells a program from a page of another site.
    'osd-xsrf': 'true',
    ...(tenant !== undefined && { securitytenant: tenant }),
  };
  const request = { method: 'POST', url, headers, body: form.body };
  return readAnswer(await post({ ...request, headers: sign === undefined ? headers : await sign(request) }, options));
}

/** A domain of AWS has Dashboards beside its own API. */
function baseOf(address: string): URL {
  const url = new URL(address);
  const isBare = url.pathname === '/' && awsRegionOf(address) !== undefined;
  return new URL(isBare ? '/_dashboards/' : `${url.pathname.replace(/\/$/, '')}/`, url);
}

/** A form as one buffer: what is signed is hashed first. */
async function encodeForm(ndjson: string, fields: Readonly<Record<string, string>>) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([ndjson], { type: 'application/ndjson' }), 'dashboards.ndjson');
  const encoded = new Response(form);
  return { type: encoded.headers.get('content-type') ?? '', body: new Uint8Array(await encoded.arrayBuffer()) };
}

async function post(
  { url, ...request }: { url: URL; method: string; headers: Record<string, string>; body: Uint8Array<ArrayBuffer> },
  { fetch: ask = fetch, timeoutMs = TIMEOUT_MS }: ImportOptions,
): Promise<Reply> {
  try {
    // A redirect leads to a page where people sign in.
    const response = await ask(url, { ...request, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
    return { status: response.status, text: await response.text() };
  } catch (cause) {
    throw new TransientStoreError(`OpenSearch Dashboards does not answer at ${url.origin}.`, { cause });
  }
}

interface Reply {
  readonly status: number;
  readonly text: string;
}

function readAnswer({ status, text }: Reply): Answer {
  if (WAKING.has(status)) throw new TransientStoreError(`OpenSearch Dashboards is not ready: it answered ${status}.`);
  if (UNKNOWN_USER.has(status))
    throw new DashboardsRefusedError(
      `OpenSearch Dashboards does not know who is asking: it answered ${status}. Sign the request, or allow this address; with searchLogin=cognito a domain lets only its functions and people who sign in get in.`,
      status,
    );
  const body = parseJson(text);
  if (body === undefined)
    throw new TransientStoreError(
      `OpenSearch Dashboards answered ${status} with a page instead of JSON: it is waking up, wants people to sign in, or is something else.`,
    );
  const answer = AnswerSchema.safeParse(body);
  if (status < 300 && answer.success) return answer.data;
  const complaint = ComplaintSchema.safeParse(body).data?.message.slice(0, 300) ?? 'without saying why';
  throw new DashboardsRefusedError(`OpenSearch Dashboards answered ${status}: ${complaint}`, status);
}
