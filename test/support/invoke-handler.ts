import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { inspect } from 'node:util';

/**
 * Runs a handler of `lambdas/` as Lambda does: `node invoke-handler.ts lambdas/<function>/handler.ts`, the event on
 * standard input. What it throws is printed as Lambda would, and with all that hangs on it.
 */
const [file = ''] = process.argv.slice(2);
const { handler } = (await import(pathToFileURL(resolve(file)).href)) as {
  handler: (event: unknown, context: object) => Promise<unknown>;
};
const event: unknown = JSON.parse(await text(process.stdin));
try {
  await handler(event, { getRemainingTimeInMillis: () => 300_000 });
} catch (error) {
  const { name = typeof error } = error instanceof Error ? error : {};
  const line = { level: 'ERROR', message: inspect(error, { depth: 10 }), errorType: name };
  console.error(JSON.stringify({ ...line, function: 'lambda', service: 'lambda' }));
}
