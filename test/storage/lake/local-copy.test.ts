import { mkdir, readFile, readdir, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { s3Client } from '../../../storage/aws-clients.ts';
import { UnreadableObjectError } from '../../../storage/errors.ts';
import { copyDown } from '../../../storage/lake/local-copy.ts';
import { lakeFolder } from '../../support/lake-folder.ts';

const PAGE = 3;

/** A bucket behind HTTP, which counts what is read of it. */
async function startBucket(objects: Map<string, string>) {
  const fetched: string[] = [];
  const broken = new Set<string>();
  const tag = (body: string): string => `"${Buffer.from(body).toString('hex')}"`;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://bucket');
    const key = decodeURIComponent(url.pathname.slice('/lake/'.length));
    if (url.searchParams.has('list-type')) {
      const after = url.searchParams.get('continuation-token') ?? '';
      const keys = [...objects.keys()]
        .filter((name) => name.startsWith(url.searchParams.get('prefix') ?? ''))
        .toSorted();
      const rest = keys.filter((name) => name > after);
      const page = rest.slice(0, PAGE);
      const contents = page.map((name) => {
        const body = objects.get(name) ?? '';
        return `<Contents><Key>${name}</Key><ETag>${tag(body)}</ETag><Size>${body.length}</Size></Contents>`;
      });
      const next = rest.length > PAGE ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
      return response.end(`<ListBucketResult>${contents.join('')}${next}</ListBucketResult>`);
    }
    const body = objects.get(key);
    fetched.push(key);
    if (body === undefined || key.endsWith('vanishing')) {
      response.statusCode = 404;
      return response.end('<Error><Code>NoSuchKey</Code><Message>gone</Message></Error>');
    }
    response.setHeader('etag', tag(body));
    response.setHeader('content-length', body.length);
    if (!broken.has(key)) return response.end(body);
    response.write(body.slice(0, 1));
    return void response.socket?.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const s3 = s3Client({ endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', credentials });
  return {
    s3,
    broken,
    /** The keys that were read since this was last asked for. */
    fetched: () => fetched.splice(0).toSorted(),
    async [Symbol.asyncDispose]() {
      s3.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The files below a folder with their texts, but for those of the copy itself. */
async function filesIn(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const keys = paths.map((path) => path.slice(folder.length + 1)).filter((key) => !key.startsWith('.'));
  return new Map(
    await Promise.all(keys.toSorted().map(async (key) => [key, await readFile(join(folder, key), 'utf8')] as const)),
  );
}

async function copyOf(objects: Record<string, string>) {
  const bucket = new Map(Object.entries(objects));
  const folder = await lakeFolder();
  const aws = await startBucket(bucket);
  const copy = (prefixes = ['raw/', 'posts/']) =>
    copyDown({ s3: aws.s3, bucketName: 'lake', prefixes, folder: folder.path });
  return {
    bucket,
    aws,
    folder: folder.path,
    copy,
    async [Symbol.asyncDispose]() {
      await aws[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

describe('a local copy', () => {
  test('is equal to the prefixes of the bucket, whatever has happened to both', async () => {
    const keys = fc.constantFrom('raw/a', 'raw/b/c', 'raw/d', 'posts/a', 'posts/e', 'posts/f', 'errors/g');
    const step = fc.record({
      puts: fc.dictionary(keys, fc.string({ minLength: 1, unit: 'grapheme-ascii' })),
      deletes: fc.array(keys),
      strays: fc.array(keys),
    });

    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
        await using world = await copyOf({});
        for (const { puts, deletes, strays } of steps) {
          for (const [key, body] of Object.entries(puts)) world.bucket.set(key, body);
          for (const key of deletes) world.bucket.delete(key);
          const there = await filesIn(world.folder);
          for (const key of strays.filter((name) => there.has(name))) await writeFile(join(world.folder, key), 'stray');

          await world.copy();

          const wanted = [...world.bucket].filter(([key]) => !key.startsWith('errors/')).toSorted();
          expect([...(await filesIn(world.folder))]).toEqual(wanted);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('reads only what is new or has changed', async () => {
    await using world = await copyOf({ 'raw/a': '1', 'raw/b': '1', 'posts/a': '1', 'posts/b': '1' });

    expect(await world.copy()).toEqual({ objects: 4, fetched: 4, removed: 0 });
    world.aws.fetched();
    world.bucket.set('raw/a', '2').set('raw/c', '1').delete('posts/a');

    expect(await world.copy()).toEqual({ objects: 4, fetched: 2, removed: 1 });
    expect(world.aws.fetched()).toEqual(['raw/a', 'raw/c']);
  });

  test('reads a file again that somebody has touched', async () => {
    await using world = await copyOf({ 'raw/a': '1' });
    await world.copy();
    await utimes(join(world.folder, 'raw/a'), 1, 1);

    expect(await world.copy()).toMatchObject({ fetched: 1 });
  });

  test('leaves other prefixes as they are, and knows them later', async () => {
    await using world = await copyOf({ 'raw/a': '1', 'posts/a': '1' });
    await world.copy();
    world.bucket.clear();

    expect(await world.copy(['raw/'])).toEqual({ objects: 0, fetched: 0, removed: 1 });
    expect([...(await filesIn(world.folder)).keys()]).toEqual(['posts/a']);
    world.bucket.set('posts/a', '1');
    expect(await world.copy(['posts/'])).toMatchObject({ fetched: 0 });
  });

  test('goes without an object that is removed while it is made', async () => {
    await using world = await copyOf({ 'raw/a': '1', 'raw/vanishing': '1' });

    await world.copy();

    expect([...(await filesIn(world.folder)).keys()]).toEqual(['raw/a']);
  });

  test('keeps a file as it was where the new one breaks off, and has it whole the next time', async () => {
    await using world = await copyOf({ 'raw/a': 'before' });
    await world.copy();
    world.bucket.set('raw/a', 'afterwards');
    world.aws.broken.add('raw/a');

    await expect(world.copy()).rejects.toThrow();
    expect(await filesIn(world.folder)).toEqual(new Map([['raw/a', 'before']]));
    world.aws.broken.clear();
    await world.copy();
    expect(await filesIn(world.folder)).toEqual(new Map([['raw/a', 'afterwards']]));
  });

  test('removes what a killed one has left, and nothing of one that still runs', async () => {
    await using world = await copyOf({ 'raw/a': '1' });
    for (const name of ['.fetch-killed', '.fetch-running']) {
      await mkdir(join(world.folder, name));
      await writeFile(join(world.folder, name, '0'), 'half');
    }
    await utimes(join(world.folder, '.fetch-killed'), 1, 1);

    await world.copy();

    expect((await readdir(world.folder)).filter((name) => name.startsWith('.fetch-'))).toEqual(['.fetch-running']);
  });

  test.each(['raw/../../a', 'raw//a', 'raw/./a', 'raw/a\\b'])('refuses the key %s, which is no path', async (key) => {
    await using world = await copyOf({ [key]: '1' });

    await expect(world.copy()).rejects.toThrow(UnreadableObjectError);
  });
});
