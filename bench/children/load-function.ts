import { pathToFileURL } from 'node:url';

/** Loads a bundle as Lambda does when it starts a function, everything before the first event included. */
const [path = ''] = process.argv.slice(2);
const startedMs = performance.now();
await import(pathToFileURL(path).href);
console.log(JSON.stringify({ ms: performance.now() - startedMs }));
process.exitCode = 0;
